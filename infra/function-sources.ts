import { compileAnswers } from "../src/call-flow/compile.ts";
import type { Flow } from "../src/call-flow/flow.ts";
import type { ActionSyntax } from "../src/call-flow/wire.ts";
import type { BundleSource } from "./bundle.ts";
import type { VoiceFile } from "./voice-schema.ts";

/** What the answers of an environment are compiled from. */
export interface AnswerArgs {
  voice: VoiceFile;
  /** The call flows that the applications choose from, by name. */
  flows: Readonly<Record<string, Flow>>;
  syntax: ActionSyntax;
}

/** Which flow answers an application; those that are answered elsewhere are not among them. */
export const flowsByApplication = ({ applications }: VoiceFile): Record<string, string> =>
  Object.fromEntries(Object.entries(applications).flatMap(([key, { flow }]) => (flow ? [[key, flow]] : [])));

export const answerSource = ({ voice, flows, syntax }: AnswerArgs): BundleSource => ({
  entry: "src/functions/answer.ts",
  virtual: { "virtual:answers": compileAnswers(flowsByApplication(voice), flows, { syntax }) },
});

export const webhookSource: BundleSource = { entry: "src/functions/webhook.ts" };

export const workerSource: BundleSource = { entry: "src/functions/worker.ts" };

export const driftWatchSource: BundleSource = { entry: "src/functions/drift-watch.ts", requires: true };

/**
 * What each function of an environment runs, by the end of its name: the program deploys it, and others ask whether it is
 * what was deployed, without an engine.
 *
 * @example bundle(functionSources({ voice, flows, syntax: "mixed" }).answer)
 */
export const functionSources = (args: AnswerArgs) =>
  ({
    answer: answerSource(args),
    webhook: webhookSource,
    "webhook-worker": workerSource,
    drift: driftWatchSource,
  }) satisfies Record<string, BundleSource>;
