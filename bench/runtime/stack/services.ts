import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startAwsLocal } from "../../../providers/aws-local/index.ts";
import { startSandbox } from "../../../src/sandbox/index.ts";

/** The local AWS and the sandbox of a bench, in a process of their own, so that whoever measures is not one of them. */
const stateDir = await mkdtemp(join(tmpdir(), "bench-aws-"));
const sandbox = await startSandbox({ numbers: process.argv.slice(2) });
const aws = await startAwsLocal({ stateDir });

process.send?.({
  logs: join(stateDir, "logs"),
  aws: { url: aws.url, token: aws.token, endpoint: aws.dynamodb, credentials: aws.credentials },
  sandbox: { url: sandbox.url, apiKey: sandbox.portalKey, controlToken: sandbox.controlToken },
});
// The terminal's Ctrl-C reaches this process too; it ends when the bench has let go of it.
process.on("SIGINT", () => undefined);
process.on("disconnect", async () => {
  await aws.close();
  await sandbox.close();
  await rm(stateDir, { recursive: true, force: true });
  process.exit();
});
