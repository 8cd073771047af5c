import { execFile } from "node:child_process";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Command } from "commander";
import { type Context, configurationOf, createContext } from "pulumi-minivoice/lifecycle";
import { StackFile } from "../../../infra/stack-file.ts";
import { atLeast, OLDEST_NODE } from "../../../tools/bootstrap/node.mjs";
import { withProgress } from "../../../tools/bootstrap/progress.mjs";
import { findPulumi } from "../../../tools/pulumi/find.mjs";
import { exitCodeOf } from "../../doctor/check.ts";
import { examine } from "../../doctor/examine.ts";
import { gitIn, type Toolchain } from "../../doctor/toolchain.ts";
import { impatient, openAccount } from "../account.ts";
import { CliError, messageOf, USAGE } from "../cli-error.ts";
import { renderDiagnosis } from "../doctor-screen.ts";
import { interruptible } from "../interrupt.ts";
import { loadFlows } from "../load-flows.ts";
import { root } from "../project.ts";
import { openWorkspace } from "../stack-workspace.ts";

/** How long the backend may take to hand out an encrypted key. */
const BACKEND_WITHIN_MS = 20_000;

/** `minivoice doctor`: everything that must be true before a stack goes live. */
export function register(program: Command): void {
  program
    .command("doctor")
    .summary("check everything that must be true before a stack goes live")
    .description(
      "Checks the programs, the files of a stack, where its state and its secrets are kept, the MiniVoice account and AWS: " +
        "everything that must be true before the first `up` of a live stack. Reads only, and writes nothing anywhere.",
    )
    .option("-s, --stack <name>", "the stack", "production")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      "\nExit codes: 0 nothing stands in the way, 2 there is a problem, 1 something could not be checked.\n\n" +
        "Examples:\n  minivoice doctor\n  minivoice doctor -s test --json",
    )
    .action(async ({ stack: fullName, json }: { stack: string; json?: true }) => {
      const stack = fullName.split("/").at(-1) ?? fullName;
      const directory = process.env.VOICE_STACKS_DIR || join(root, "stacks");
      const file = new StackFile(directory, stack);
      if (file.plain("voice:local") === "true")
        throw new CliError(`${stack} is a simulation on this machine: minivoice verify -s ${stack} checks it`, USAGE);
      const diagnosis = await interruptible("nothing was changed", (signal) =>
        withProgress({ title: `Examining ${stack}`, estimateSeconds: 5 }, async () => {
          const [toolchain, callFlows, account] = await Promise.all([
            findToolchain(),
            loadFlows().catch((error) => ({ problem: messageOf(error) })),
            findAccount(fullName, file, signal),
          ]);
          const { env } = process;
          try {
            return await examine({ stack, directory, env, home: homedir(), toolchain, callFlows, account });
          } finally {
            if ("client" in account) await account.client.close();
          }
        }),
      );
      process.stdout.write(
        json ? `${JSON.stringify(diagnosis, null, 2)}\n` : renderDiagnosis(diagnosis, process.stdout),
      );
      process.exitCode = exitCodeOf(diagnosis);
    });
}

async function findToolchain(): Promise<Toolchain> {
  const { node: version } = process.versions;
  return {
    node: { version, oldest: OLDEST_NODE, isNewEnough: atLeast(version, OLDEST_NODE) },
    pulumi: await pulumiFound(),
    git: await gitIn(root),
  };
}

async function pulumiFound(): Promise<Toolchain["pulumi"]> {
  try {
    const command = findPulumi();
    if (!command) return { problem: "is neither on PATH nor in this project's cache" };
    const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
    const { stdout } = await promisify(execFile)(command, ["version"], { env, timeout: 10_000 });
    return { command, version: stdout.trim().replace(/^v/, "") };
  } catch (error) {
    return { problem: messageOf(error) };
  }
}

/**
 * The account, with the key from the environment, or with the one that the stack's backend opens. What the backend is not
 * needed for is not asked of it: it may be out of reach on this machine.
 */
async function findAccount(
  fullName: string,
  file: StackFile,
  signal: AbortSignal,
): Promise<Context | { problem: string }> {
  try {
    const { MINIVOICE_API_KEY, PULUMI_BACKEND_URL, PULUMI_ACCESS_TOKEN } = process.env;
    if (!MINIVOICE_API_KEY && file.isEncrypted("minivoice:apiKey")) {
      if (!PULUMI_BACKEND_URL && !PULUMI_ACCESS_TOKEN)
        return {
          problem: "the key is encrypted, and without PULUMI_BACKEND_URL or PULUMI_ACCESS_TOKEN it cannot be opened",
        };
      const limit = AbortSignal.any([signal, AbortSignal.timeout(BACKEND_WITHIN_MS)]);
      return await openAccount(await openWorkspace(fullName), limit, impatient);
    }
    if (!MINIVOICE_API_KEY) return { problem: "without a key the account cannot be asked" };
    const configuration = { ...configurationOf((key) => file.plain(key)), ...impatient };
    return createContext({ ...configuration, readOnly: true, say: () => undefined });
  } catch (error) {
    return { problem: messageOf(error) };
  }
}
