import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { capabilitySetOf, capabilitySets } from "pulumi-minivoice/lifecycle";
import { REJECT, type VoiceFile } from "../../infra/voice-schema.ts";
import { canonicalJson } from "../call-flow/digest.ts";
import type { Flow } from "../call-flow/flow.ts";
import { readCode } from "../drift/code.ts";
import { type RecordedStack, recordedIn } from "../drift/recorded.ts";
import type { Now } from "../review/pinned/moved-since.ts";
import { numberMoves, type Route } from "../review/pinned/number-moves.ts";
import { digestOf, partsOf } from "../review/pinned/parts.ts";
import { PinKey } from "../review/pinned/pin-key.ts";
import { exportedState, fieldsOf, MINIVOICE, nameOf, opened, textOf } from "../stack-state/exported-state.ts";
import { type PreviewStep, unknownValue } from "../stack-state/preview-step.ts";
import { stackConfiguration } from "./account.ts";
import { CliError } from "./cli-error.ts";
import { declaredBy } from "./declared.ts";
import { shortName, stacksDirectory } from "./drift-check.ts";
import { runEngine } from "./engine.ts";
import type { EnginePreviewed } from "./engine-preview.ts";
import { parseJson } from "./json.ts";
import { loadFlows } from "./load-flows.ts";
import { root } from "./project.ts";
import type { StackWorkspace } from "./stack-workspace.ts";

/** What a stack is, and what a deployment of the working tree would make of it. */
export interface PinnedStack extends Now {
  recorded: RecordedStack;
  voice: VoiceFile;
  flows: Readonly<Record<string, Flow>>;
  /** The voice file itself. */
  file: { path: string; text: string };
  /** The first is the one in use; what was saved before the webhook secret was rotated is closed with another. */
  keys: [PinKey, ...PinKey[]];
  /** How many numbers of one table change: what a table's `maxChange` wants confirmed. */
  count: number;
  /** Whether the account's API cannot assign numbers, so that a person has to. */
  byHand: boolean;
}

/**
 * Gathers everything that a deployment means, from a preview of the engine that has just been made.
 *
 * @throws CliError, CouldNotReview
 */
export async function readPinnedStack(previewed: EnginePreviewed, signal: AbortSignal): Promise<PinnedStack> {
  const { workspace, exported, planned, steps, stateDigest } = previewed;
  const stack = shortName(workspace);
  const [state, configuration, code, { flowsFor }] = await Promise.all([
    exportState(workspace, signal, { open: true }),
    readConfiguration(workspace, signal),
    readCode(stacksDirectory(workspace), stack),
    loadFlows(),
  ]);
  if ("problems" in code) throw new CliError(code.problems.join("\n"));
  const keys = keysIn(state, workspace);
  const { voice, path, text } = code;
  const flows = flowsFor(stack, workspace);
  const lockFile = readFileSync(join(root, "package-lock.json"), "utf8");
  const provider = sourcesIn(join(root, "providers", "minivoice"));
  const recorded = recordedIn(exported);
  const bundles = bundlesIn(exported, planned);
  return {
    recorded,
    voice,
    flows,
    file: { path, text },
    keys,
    count: changesIn(planned),
    byHand: !capabilitySets[capabilitySetOf(configuration["minivoice:capabilities"])].assignDid,
    parts: partsOf({ lockFile, provider, bundles, voice, flows, configuration, state: stateDigest, steps }, keys[0]),
    numbers: numberMoves(sidesOf(recorded, voice, planned)),
    deployed: new Map([...recorded.routes].map(([number, { entry }]) => [number, entry])),
    routeOf: routesIn(recorded),
  };
}

/** The route that an application's key stands for, as far as the state knows the application. */
export const routesIn =
  ({ applications }: RecordedStack) =>
  (target: string): string | undefined =>
    target === REJECT ? REJECT : applications.get(target)?.id;

/**
 * The state of a stack as `pulumi stack export` writes it.
 *
 * @param open - with its secrets, which are for keys and for nobody's eyes.
 * @throws CliError
 */
export async function exportState(
  workspace: StackWorkspace,
  signal: AbortSignal,
  { open = false } = {},
): Promise<unknown> {
  const args = ["stack", "export", "--stack", workspace.stack, ...(open ? ["--show-secrets"] : [])];
  const { code, stdout, stderr } = await runEngine(workspace, args, { signal });
  signal.throwIfAborted();
  // What it printed may hold secrets, so only its complaint is shown.
  if (code !== 0) throw new CliError(`the state of ${workspace.stack} cannot be read: ${stderr.trim()}`);
  return parseJson(stdout);
}

/**
 * The keys that a saved review of a stack may be closed with, from its state with the secrets open.
 *
 * @throws CliError where the stack was never deployed.
 */
export function keysIn(
  exported: unknown,
  { project, stack }: Pick<StackWorkspace, "project" | "stack">,
): PinnedStack["keys"] {
  const secrets = exportedState(exported)
    .resources.filter(({ type }) => type === `${MINIVOICE}WebhookSecret`)
    .sort((one, other) => (one.urn < other.urn ? -1 : 1))
    .flatMap(({ outputs }) => [textOf(opened(outputs.value)), textOf(opened(outputs.previous))])
    .filter((secret) => secret !== undefined);
  const [key, ...before] = secrets.map((secret) => new PinKey(secret, `${project}/${shortName({ stack })}`));
  if (key) return [key, ...before];
  throw new CliError(
    `${stack} was never deployed, so there is nothing yet that a saved review could be closed with: deploy it the first ` +
      `time with npx minivoice up -s ${stack}`,
  );
}

/** The environment wins over the file, and decides which account it is. */
async function readConfiguration(workspace: StackWorkspace, signal: AbortSignal): Promise<Record<string, string>> {
  const { MINIVOICE_BASE_URL } = workspace.env;
  return { ...(await stackConfiguration(workspace, signal)), ...(MINIVOICE_BASE_URL && { MINIVOICE_BASE_URL }) };
}

/** The texts of a folder's modules, without installed packages. */
function sourcesIn(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const ours = files.filter((file) => file.endsWith(".ts") && !file.includes("node_modules"));
  return Object.fromEntries(ours.map((file) => [file.replaceAll(sep, "/"), readFileSync(join(folder, file), "utf8")]));
}

/** The digest of what each function will run: what no step touches stays as it is deployed. */
function bundlesIn(exported: unknown, planned: readonly PreviewStep[]): Record<string, string> {
  const functions = new Map(
    exportedState(exported)
      .resources.filter(({ type }) => type === "aws:lambda/function:Function")
      .map(({ urn, inputs }) => [urn, inputs]),
  );
  for (const { urn = "", op, newState } of planned) {
    if (newState?.type === "aws:lambda/function:Function") functions.set(urn, newState.inputs ?? {});
    else if (op === "delete") functions.delete(urn);
  }
  return Object.fromEntries([...functions].map(([urn, { code }]) => [nameOf({ urn }), bundleDigest(code)]));
}

/** As the engine hashes each file; where the files lie is of no interest. */
function bundleDigest(code: unknown): string {
  const files = Object.entries(fieldsOf(fieldsOf(code).assets));
  return digestOf(canonicalJson(files.map(([name, file]) => [name, fieldsOf(file).hash])));
}

function sidesOf(recorded: RecordedStack, voice: VoiceFile, planned: readonly PreviewStep[]) {
  const keyOf = new Map([...recorded.applications].map(([key, { id }]) => [id, key]));
  const targetOf = (route: string) => (route === REJECT ? REJECT : keyOf.get(route));
  const { routes, waiting, dropped } = declaredBy(planned);
  // The program may route a number otherwise than the voice file says.
  const targetIn = (number: string, entry: string) => {
    const says = voice.routes[number];
    const known = says === undefined ? undefined : routesIn(recorded)(says);
    return says === undefined || (known !== undefined && known !== entry) ? targetOf(entry) : says;
  };
  const declared = new Map<string, Route>(
    routes.map(({ number, entry }) => [number, routeIn(entry, targetIn(number, entry))]),
  );
  // Its application is created by the same deployment.
  for (const number of waiting) declared.set(number, routeIn(undefined, voice.routes[number]));
  const deployed = new Map<string, Route>(
    [...recorded.routes].map(([number, { entry, seen = entry }]) => [number, routeIn(seen, targetOf(entry))]),
  );
  // A preview does not tell of what stays as it is.
  const touched = new Set(planned.map(({ urn }) => urn));
  for (const [number, { urn }] of recorded.routes)
    if (!touched.has(urn) && !declared.has(number)) declared.set(number, deployed.get(number) ?? {});
  const leaves = new Set(dropped.map(({ number }) => number));
  const kept = new Set([...deployed.keys()].filter((number) => !leaves.has(number)));
  return { deployed, declared, kept };
}

const routeIn = (route: string | undefined, target: string | undefined): Route => ({
  ...(route !== undefined && { route }),
  ...(target !== undefined && { target }),
});

/** The most numbers of one table whose route is not the declared one. */
const changesIn = (planned: readonly PreviewStep[]): number =>
  Math.max(
    0,
    ...planned.map(({ oldState, newState }) => {
      if (oldState?.type !== `${MINIVOICE}DidRouteTable`) return 0;
      const after = fieldsOf(newState?.inputs?.routes);
      return Object.entries(fieldsOf(oldState.outputs?.routes)).filter(
        ([number, route]) => after[number] !== route || after[number] === unknownValue,
      ).length;
    }),
  );
