import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import type { VoiceFile } from "../../infra/voice-schema.ts";
import { flowDigest } from "../call-flow/digest.ts";
import type { Flow } from "../call-flow/flow.ts";
import { actionSyntaxes } from "../call-flow/wire.ts";
import { programCode } from "../drift/program-code.ts";
import { type RecordedStack, recordedIn } from "../drift/recorded.ts";
import { CouldNotReview } from "../review/could-not-review.ts";
import { deployedReading } from "../review/deployed-reading.ts";
import { makeReview } from "../review/make-review.ts";
import type { PinKey } from "../review/pinned/pin-key.ts";
import type { PutBack } from "../review/pinned/put-back.ts";
import type { StackReading } from "../review/reading.ts";
import { ours, say } from "../review/report/phrase.ts";
import type { Report } from "../review/report/report.ts";
import { reportOf } from "../review/report/report-of.ts";
import type { Review } from "../review/review.ts";
import { baseCommit } from "../review/sources/base-commit.ts";
import { readVersion, type Version } from "../review/sources/read-version.ts";
import { CliError } from "./cli-error.ts";
import { deployedIn } from "./deployed-stack.ts";
import { shortName, stacksDirectory } from "./drift-check.ts";
import { explain, runEngine } from "./engine.ts";
import { expecting } from "./expected-up.ts";
import { keepingPicture } from "./partial-up.ts";
import { exportState, keysIn, routesIn } from "./pinned-stack.ts";
import { inPrivateFolder } from "./private-folder.ts";
import { root } from "./project.ts";
import type { StackWorkspace } from "./stack-workspace.ts";

/** A stack as it is deployed, beside the working tree. */
export interface UndoneStack {
  recorded: RecordedStack;
  keys: readonly PinKey[];
  /** What is deployed, as if it were a version of the code. */
  deployed: StackReading;
  /** Whether callers hear something else than the working tree says, so that the stack's outputs stay what they tell of it. */
  differs: boolean;
  tree: Version;
}

/** @throws CliError, CouldNotReview where the state or the working tree cannot be read. */
export async function readUndoneStack(workspace: StackWorkspace, signal: AbortSignal): Promise<UndoneStack> {
  const stack = shortName(workspace);
  const [exported, tree] = await Promise.all([
    exportState(workspace, signal, { open: true }),
    readVersion(root, { stack, side: "head", signal }).catch((error: unknown) => {
      if (!(error instanceof CouldNotReview)) throw error;
      throw new CouldNotReview(
        ...error.reasons,
        "Undoing needs code that can be read: git stash these edits, and undo then",
      );
    }),
  ]);
  const { reading: head } = tree;
  if (!head) throw new CliError(`stacks/Voice.${stack}.yaml is missing: check out what is deployed`);
  const recorded = recordedIn(exported);
  const { flows, ...noted } = deployedIn(exported);
  const deployed = deployedReading({ flows, ...noted }, { revision: undefined, base: undefined, head });
  if (!deployed) throw new CliError(`${stack} was never deployed, so there is nothing to undo`);
  const keys = keysIn(exported, workspace);
  const others = flowsOtherwise(flows, head.flows, recorded.revision);
  const isAsTree = others.length > 0 && (await answers(head, recorded));
  return {
    recorded,
    keys,
    deployed: isAsTree ? likeTree(deployed, head) : deployed,
    differs: others.length > 0 && !isAsTree,
    tree,
  };
}

/**
 * The deployed flows that callers hear otherwise than the working tree says.
 *
 * @param deployed - flow → digest.
 * @param revision - what is deployed, for the way out.
 * @throws CliError where the tree has lost one: its program cannot run on what is deployed.
 */
export function flowsOtherwise(
  deployed: Readonly<Record<string, string>>,
  tree: Readonly<Record<string, Flow>>,
  revision: string | undefined,
): string[] {
  const lost = Object.keys(deployed).filter((name) => !Object.hasOwn(tree, name));
  if (lost.length === 0)
    return Object.entries(deployed).flatMap(([name, digest]) =>
      flowDigest(tree[name] as Flow) === digest ? [] : [name],
    );
  const wayOut = revision ? `git checkout ${revision.replace(/-dirty$/, "")}` : "check out what is deployed";
  throw new CliError(
    `${lost.join(", ")}: deployed, and no flow of this working tree, so its program cannot run on what is deployed. Undo from ` +
      `there: ${wayOut}`,
  );
}

/**
 * Whether the function that is deployed answers as the working tree says. The outputs do not tell of a deployment that stopped
 * half way, as after a canary.
 */
async function answers({ stack, voice, flows }: StackReading, { code }: RecordedStack): Promise<boolean> {
  const name = `voice-${stack}-answer`;
  const bundles = await Promise.all(
    actionSyntaxes.map(async (syntax) => (await programCode(stack, [name], { voice, flows, syntax })).get(name)),
  );
  const deployed = code.get(name)?.bundle;
  return deployed !== undefined && bundles.includes(deployed);
}

/** What is deployed, in the words of the tree as far as it is the tree's. */
function likeTree(deployed: StackReading, { voice, flows }: StackReading): StackReading {
  const applications = Object.fromEntries(
    Object.entries(deployed.voice.applications).map(([key, application]) => [
      key,
      (Object.hasOwn(voice.applications, key) ? voice.applications[key] : undefined) ?? application,
    ]),
  );
  return { ...deployed, voice: { ...deployed.voice, applications }, flows, unknownFlows: new Set() };
}

/** The routes with those numbers put back: of all others what is deployed, whatever the code says of them by now. */
export function routesAfter({ deployed }: UndoneStack, { back, already }: PutBack): Record<string, string> {
  const targets = [...back, ...already].map(([number, { target }]) => [number, target] as const);
  return { ...deployed.voice.routes, ...Object.fromEntries(targets) };
}

/** What callers will notice of it, held against the same rules as every review. */
export async function reviewUndo(
  { deployed, tree }: UndoneStack,
  routes: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Review> {
  const after = { ...deployed, voice: { ...deployed.voice, routes } };
  const { commit, time } = await baseCommit(root, "HEAD", { signal });
  return makeReview({
    stack: deployed.stack,
    now: new Date(),
    base: { commit, time, reason: "as deployed", version: { ...tree, reading: deployed } },
    head: { commit, uncommittedEdits: false, version: { ...tree, reading: after } },
  });
}

/** The same as a report. */
export const undoReport = (review: Review): Report => ({
  ...reportOf(review),
  title: say`Undoing a change of ${review.stack}`,
  facts: [ours("Compared: what is deployed → the same with these numbers put back")],
});

/**
 * Deploys the numbers alone: from a copy of the stacks whose voice file says what is deployed, with those numbers put back.
 * So the state holds what is live, and the working tree stays as it is.
 *
 * @returns what the engine has to say against it; of numbers that somebody else has moved, too, which stay as they are.
 */
export async function deployRoutes(
  workspace: StackWorkspace,
  { recorded, deployed, differs }: UndoneStack,
  { back }: PutBack,
  routes: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<string | undefined> {
  return inPrivateFolder("undo", async (stacks) => {
    cpSync(stacksDirectory(workspace), stacks, { recursive: true });
    const voice: VoiceFile = { ...deployed.voice, routes };
    writeFileSync(join(stacks, `Voice.${deployed.stack}.yaml`), stringify(voice));
    const env = {
      ...workspace.env,
      VOICE_STACKS_DIR: stacks,
      ...(recorded.revision !== undefined && { VOICE_REVISION: recorded.revision }),
    };
    const expected = Object.fromEntries([...back].map(([number, { now }]) => [number, now]));
    const targets = tablesOf(recorded).flatMap((urn) => ["--target", urn]);
    const args = ["up", "--stack", workspace.stack, "--yes", "--skip-preview", ...targets];
    const result = await expecting(
      differs ? await keepingPicture({ ...workspace, env }, args) : { ...workspace, env },
      { routes: expected, count: changesIn(recorded, routes) },
      (own) => runEngine(own, args, { signal }),
    );
    signal.throwIfAborted();
    return result.code === 0 ? undefined : explain(result);
  });
}

/** How many numbers of the table go elsewhere than the state has seen them last. */
function changesIn(recorded: RecordedStack, routes: Readonly<Record<string, string>>): number {
  const routeOf = routesIn(recorded);
  return [...recorded.routes].filter(
    ([number, { entry, seen = entry, fromVoiceFile }]) => fromVoiceFile && routeOf(routes[number] ?? "") !== seen,
  ).length;
}

/** The tables that the voice file's numbers are in. */
const tablesOf = ({ routes }: RecordedStack): string[] => [
  ...new Set([...routes.values()].flatMap(({ urn, fromVoiceFile }) => (fromVoiceFile ? [urn] : []))),
];
