import type { Context } from "pulumi-minivoice/lifecycle";
import { stacksIn } from "../../infra/account.ts";
import { StackFile } from "../../infra/stack-file.ts";
import { stackNeighbours } from "../../infra/stack-neighbours.ts";
import { readVoiceFile } from "../../infra/voice-file.ts";
import { checkAccount, checkKey } from "./account.ts";
import { checkAws } from "./aws.ts";
import type { Diagnosis } from "./check.ts";
import { type CallFlows, checkProjectFiles, checkSettings } from "./project-files.ts";
import { checkStateAndSecrets } from "./state-and-secrets.ts";
import { checkToolchain, type Toolchain } from "./toolchain.ts";

/** What is examined. */
export interface Patient {
  /** Without organization and project. */
  stack: string;
  /** The folder of the stack files, usually `stacks`. */
  directory: string;
  env: NodeJS.ProcessEnv;
  /** The user's home folder. */
  home: string;
  toolchain: Toolchain;
  callFlows: CallFlows;
  /** The account, to be read only, or why it cannot be. */
  account: Context | { problem: string };
}

/** Everything that must be true before a stack goes live. Reads only. */
export async function examine({
  stack,
  directory,
  env,
  home,
  toolchain,
  callFlows,
  account,
}: Patient): Promise<Diagnosis> {
  const file = new StackFile(directory, stack);
  const neighbours = stackNeighbours(directory, stack);
  const flowNames = "flows" in callFlows ? Object.keys(callFlows.flows) : [];
  const numbers = Object.keys(readVoiceFile(directory, stack, flowNames).voice?.routes ?? {});
  const facts = { file, directory, neighbours, numbers, otherStacks: stacksIn(directory) };
  return {
    stack,
    at: new Date().toISOString(),
    sections: [
      { title: "This machine", checks: checkToolchain(toolchain) },
      {
        title: "Files of the stack",
        checks: [...checkProjectFiles(directory, file, callFlows), ...checkSettings(file)],
      },
      { title: "State and secrets", checks: checkStateAndSecrets(file, env) },
      { title: "MiniVoice account", checks: [checkKey(file, env), ...(await checkAccount(account, facts))] },
      { title: "AWS", checks: checkAws(file, env, home) },
    ],
  };
}
