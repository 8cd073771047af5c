import { join, resolve } from "node:path";
import type { Background } from "../background/control.ts";

/** The project's directory. */
export const root = join(import.meta.dirname, "..", "..");

/** Everything that running on this machine writes: state, keys, logs. Ignored by git. */
export const localDir = process.env.VOICE_LOCAL_DIR ? resolve(process.env.VOICE_LOCAL_DIR) : join(root, ".local");

/** The stack that runs on this machine. */
export const LOCAL_STACK = "local";

/** MiniVoice on loopback. */
export const sandbox: Background = {
  name: "sandbox",
  stateDir: join(localDir, "sandbox"),
  entry: join(root, "src", "sandbox", "main.ts"),
};

/** What the functions, tables and logs of local stacks live in. */
export const awsLocal: Background = {
  name: "aws-local",
  stateDir: join(localDir, "aws"),
  entry: join(root, "providers", "aws-local", "main.ts"),
};
