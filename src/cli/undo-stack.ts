import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import type { VoiceFile } from "../../infra/voice-schema.ts";
import { flowDigest } from "../call-flow/digest.ts";
import { type RecordedStack, recordedIn } from "../drift/recorded.ts";
import { deployedReading } from "../review/deployed-reading.ts";
import { makeReview } from "../review/make-review.ts";
import type { PinKey } from "../review/pinned/pin-key.ts";
import type { PutBack } from "../review/pinned/put-back.ts";
import type { StackReading } from "../review/reading.ts";
import { ours, say } from "../review/report/phrase.ts";
import type { Report } from "../review/report/report.ts";
import { reportOf } from "../review/report/report-of.ts";
import { baseCommit } from "../review/sources/base-commit.ts";
import { readVersion, type Version } from "../review/sources/read-version.ts";
import { CliError } from "./cli-error.ts";
import { deployedIn } from "./deployed-stack.ts";
import { shortName, stacksDirectory } from "./drift-check.ts";
import { explain, runEngine } from "./engine.ts";
import { expecting } from "./expected-up.ts";
import { exportState, keysIn } from "./pinned-stack.ts";
import { root } from "./project.ts";
import type { StackWorkspace } from "./stack-workspace.ts";

/** A stack as it is deployed, beside the working tree. */
export interface UndoneStack {
  recorded: RecordedStack;
  keys: readonly PinKey[];
  /** What is deployed, as if it were a version of the code. */
  deployed: StackReading;
  tree: Version;
}

/** @throws CliError, CouldNotReview where the working tree cannot be read, or is not what is deployed in what callers hear. */
export async function readUndoneStack(workspace: StackWorkspace, signal: AbortSignal): Promise<UndoneStack> {
  const stack = shortName(workspace);
  const [exported, tree] = await Promise.all([
    exportState(workspace, signal, { open: true }),
    readVersion(root, { stack, side: "head", signal }),
  ]);
  const { reading: head } = tree;
  if (!head) throw new CliError(`stacks/Voice.${stack}.yaml is missing: check out what is deployed`);
  const recorded = recordedIn(exported);
  const stackDeployed = deployedIn(exported);
  const versions = { revision: undefined, base: undefined, head };
  const deployed = deployedReading(stackDeployed, versions);
  if (!deployed) throw new CliError(`${stack} was never deployed, so there is nothing to undo`);
  assertSameFlows(stackDeployed.flows, head, recorded.revision);
  return { recorded, keys: keysIn(exported, workspace), deployed, tree };
}

/**
 * A deployment of the numbers alone still notes in the stack's outputs what callers hear. It would note what the working tree
 * says, and a later review would take that for deployed.
 */
function assertSameFlows(digests: Readonly<Record<string, string>>, { flows }: StackReading, revision?: string): void {
  const others = Object.entries(digests).flatMap(([name, digest]) =>
    flows[name] && flowDigest(flows[name]) === digest ? [] : [name],
  );
  if (others.length === 0) return;
  const wayOut = revision ? `git checkout ${revision.replace(/-dirty$/, "")}` : "check out what is deployed";
  throw new CliError(
    `${others.join(", ")}: not as deployed in the working tree, and undoing moves numbers alone. Go to what is deployed, and undo there: ${wayOut}`,
  );
}

/** The routes with those numbers put back: of all others what is deployed, whatever the code says of them by now. */
export function routesAfter({ deployed }: UndoneStack, { back, already }: PutBack): Record<string, string> {
  const targets = [...back, ...already].map(([number, { target }]) => [number, target] as const);
  return { ...deployed.voice.routes, ...Object.fromEntries(targets) };
}

/** What callers will notice of it, held against the same rules, as the report that every review is. */
export async function reviewUndo(
  { deployed, tree }: UndoneStack,
  routes: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Report> {
  const after = { ...deployed, voice: { ...deployed.voice, routes } };
  const { commit, time } = await baseCommit(root, "HEAD", { signal });
  const review = makeReview({
    stack: deployed.stack,
    now: new Date(),
    base: { commit, time, reason: "as deployed", version: { ...tree, reading: deployed } },
    head: { commit, uncommittedEdits: false, version: { ...tree, reading: after } },
  });
  const facts = [ours("Compared: what is deployed → the same with these numbers put back")];
  return { ...reportOf(review), title: say`Undoing a change of ${deployed.stack}`, facts };
}

/**
 * Deploys the numbers alone: from a copy of the stacks whose voice file says what is deployed, with those numbers put back.
 * So the state holds what is live, and the working tree stays as it is.
 *
 * @throws CliError with what the engine says
 */
export async function deployRoutes(
  workspace: StackWorkspace,
  { recorded, deployed }: UndoneStack,
  { back }: PutBack,
  routes: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<void> {
  const stacks = mkdtempSync(join(tmpdir(), "minivoice-undo-"));
  try {
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
    const result = await expecting({ ...workspace, env }, { routes: expected, count: back.size }, (own) =>
      runEngine(own, args, { signal }),
    );
    signal.throwIfAborted();
    if (result.code !== 0) throw new CliError(explain(result));
  } finally {
    rmSync(stacks, { recursive: true, force: true });
  }
}

/** The tables that the voice file's numbers are in. */
const tablesOf = ({ routes }: RecordedStack): string[] => [
  ...new Set([...routes.values()].flatMap(({ urn, fromVoiceFile }) => (fromVoiceFile ? [urn] : []))),
];
