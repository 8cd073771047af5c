import { Command } from "commander";
import { runDaemon } from "../background/daemon.ts";
import { startSandbox } from "./index.ts";

const IDLE_MS = 2 * 60 * 60 * 1_000;

/** Fictitious numbers that a new account has: enough for the voice file of the local stack. */
const NUMBERS = ["+15551230001", "+15551230002", "+15551230003", "+15551230004", "+15551230009"];

const { stateDir } = new Command("sandbox")
  .description("The MiniVoice sandbox as a background process")
  .requiredOption("--state-dir <dir>", "where the account and its calls are kept")
  .parse()
  .opts<{ stateDir: string }>();

await runDaemon({
  name: "sandbox",
  stateDir,
  idleTimeoutMs: IDLE_MS,
  async start({ port, touch }) {
    const sandbox = await startSandbox({ stateDir, numbers: NUMBERS, touch, ...(port !== undefined && { port }) });
    const { url, portalKey, controlToken, capabilities } = sandbox;
    return { url, details: { portalKey, controlToken, capabilities }, close: () => sandbox.close() };
  },
});
