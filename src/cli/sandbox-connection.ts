import { readDaemon } from "../background/control.ts";
import { SandboxControl } from "../sandbox/control-client.ts";
import { CliError } from "./cli-error.ts";
import { sandbox } from "./project.ts";

/** The running sandbox, as the commands use it. */
export interface RunningSandbox {
  url: string;
  control: SandboxControl;
}

/** @throws CliError with the way out when no sandbox runs. */
export async function connectSandbox(): Promise<RunningSandbox> {
  const daemon = await readDaemon(sandbox.stateDir);
  if (!daemon) throw new CliError("the MiniVoice sandbox is not running: start it with npm start");
  return { url: daemon.url, control: new SandboxControl(daemon.url, String(daemon.controlToken)) };
}
