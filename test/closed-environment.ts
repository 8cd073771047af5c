import { findPulumi } from "../tools/pulumi/find.mjs";

const pulumi = findPulumi();

/** Settings that reach a real account, a real stack or somebody's folder, or change what is printed. */
const foreign = /^(PULUMI|MINIVOICE|AWS|VOICE)_|^(DEBUG|FORCE_COLOR|NODE_OPTIONS)$/;

/**
 * The environment for a program that a test starts: a developer's own settings are left out, or a test could deploy to
 * their stack, spend their credentials, or delete the folder that they named. The Pulumi CLI is the one that the tests
 * themselves use.
 *
 * @param own - what the test sets; `undefined` leaves out.
 * @example
 * execFile("npx", ["minivoice", "status"], { env: closedEnvironment({ VOICE_LOCAL_DIR: folder }) }, done);
 */
export function closedEnvironment(own: Record<string, string | undefined> = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  return { ...Object.fromEntries(kept), NO_COLOR: "1", ...(pulumi && { PULUMI_COMMAND: pulumi }), ...own };
}
