/** The local AWS as a background process: `node providers/aws-local/main.ts --state-dir .local/aws`. */
import { parseArgs } from "node:util";
import { runDaemon } from "../../src/background/daemon.ts";
import { startAwsLocal } from "./index.ts";

const TWO_HOURS_MS = 2 * 60 * 60 * 1000;

const { values } = parseArgs({ options: { "state-dir": { type: "string", default: ".local/aws" } } });
const stateDir = values["state-dir"];

await runDaemon({
  name: "aws-local",
  stateDir,
  idleTimeoutMs: TWO_HOURS_MS,
  async start({ port, touch }) {
    const { url, close, ...details } = await startAwsLocal({ stateDir, port, touch });
    return { url, details, close };
  },
});
