import { join } from "node:path";
import { readDaemon } from "../background/control.ts";
import { SandboxControl } from "../sandbox/control-client.ts";

/** Where the sandbox that `npm start` runs keeps its state; tests name another place. */
const stateDir = (): string =>
  process.env.MINIVOICE_SANDBOX_DIR || join(import.meta.dirname, "..", "..", ".local", "sandbox");

/** The running sandbox, as the commands use it. */
export interface RunningSandbox {
  url: string;
  control: SandboxControl;
}

/** @throws Error with the way out when no sandbox runs. */
export async function connectSandbox(): Promise<RunningSandbox> {
  const daemon = await readDaemon(stateDir());
  if (!daemon) throw new Error("the MiniVoice sandbox is not running: start it with npm start");
  return { url: daemon.url, control: new SandboxControl(daemon.url, String(daemon.controlToken)) };
}
