import { stripVTControlCharacters } from "node:util";
import type { DeclaredApplication, DeclaredRoute, DroppedRoute } from "pulumi-minivoice/lifecycle";
import { type PreviewedState, type PreviewStep, secretValue, unknownValue } from "../stack-state/preview-step.ts";
import { CliError } from "./cli-error.ts";
import { explain, runEngine } from "./engine.ts";
import { parseJson } from "./json.ts";
import type { StackWorkspace } from "./stack-workspace.ts";

/** What the program of a stack declares for the account, as far as the engine can know it before an `up`. */
export interface Declared {
  applications: DeclaredApplication[];
  routes: DeclaredRoute[];
  /** Numbers that the state holds and the program no longer declares. */
  dropped: DroppedRoute[];
  /** Numbers whose application does not exist yet. */
  waiting: string[];
}

/** Asks the engine's own preview, which writes nothing. */
export async function readDeclared(workspace: StackWorkspace, signal: AbortSignal): Promise<Declared> {
  const env = { ...workspace.env, MINIVOICE_CONFIRM_CHANGES: "preview" };
  return declaredBy(await previewSteps({ ...workspace, env }, signal));
}

/**
 * What a preview of a stack's program would do, resource by resource.
 *
 * @param plan - a file for the engine's update plan, which a later `up --plan` is held to.
 * @throws CliError with what the engine says against the program
 */
export async function previewSteps(
  workspace: StackWorkspace,
  signal: AbortSignal,
  plan?: string,
): Promise<PreviewStep[]> {
  const args = ["preview", "--json", "--stack", workspace.stack, ...(plan === undefined ? [] : ["--save-plan", plan])];
  const result = await runEngine(workspace, args, { signal });
  const preview = parseJson(result.stdout) as Preview | undefined;
  // It works on several resources at once, and tells them in the order in which they came about.
  if (result.code === 0 && preview?.steps)
    return preview.steps.toSorted(({ urn: one = "" }, { urn: other = "" }) => (one < other ? -1 : one > other ? 1 : 0));
  const errors = (preview?.diagnostics ?? []).filter(({ severity }) => severity === "error");
  const said = errors.map(({ message }) => stripVTControlCharacters(message).trim()).join("\n");
  throw new CliError(`pulumi preview failed:\n${said || explain(result)}`);
}

/** What `pulumi preview --json` prints, as much of it as is looked at here. */
interface Preview {
  steps?: PreviewStep[];
  diagnostics?: { severity: string; message: string }[];
}

export function declaredBy(steps: readonly PreviewStep[]): Declared {
  const declared: Declared = { applications: [], routes: [], dropped: [], waiting: [] };
  const before = new Map<string, string[]>();
  for (const step of steps) {
    const kind = /^pulumi-nodejs:dynamic\/minivoice:(\w+)$/.exec((step.newState ?? step.oldState)?.type ?? "")?.[1];
    if (kind === "Application" && step.newState) declared.applications.push(applicationOf(step, step.newState));
    if (kind !== "DidRoute" && kind !== "DidRouteTable") continue;
    for (const [number, entry] of Object.entries(routesOf(step.newState?.inputs)))
      if (entry === unknownValue) declared.waiting.push(number);
      else declared.routes.push({ number, entry });
    const { oldState } = step;
    const kept = (step.newState ?? oldState)?.inputs?.onDelete === "leave";
    for (const [number, entry] of kept ? [] : Object.entries(routesOf(oldState?.outputs)))
      before.set(number, [entry, ...writtenOf(oldState?.outputs, number)]);
  }
  const still = new Set([...declared.waiting, ...declared.routes.map(({ number }) => number)]);
  declared.dropped = [...before].flatMap(([number, written]) => (still.has(number) ? [] : [{ number, written }]));
  return declared;
}

function applicationOf({ op, oldState, detailedDiff }: PreviewStep, newState: PreviewedState): DeclaredApplication {
  const { inputs = {} } = newState;
  // The engine tells the id of what it updates with the state before, and what it replaces gets another one.
  const id = newState.id ?? (op === "update" ? oldState?.id : undefined);
  const { name, answerUrl, webhookUrl, adopt } = inputs;
  const fields = { name, answer_url: answerUrl, webhook_url: webhookUrl };
  const isHidden = (value: unknown) => value === unknownValue || value === secretValue;
  const known = Object.entries({ answerUrl, webhookUrl }).filter(
    ([, value]) => typeof value === "string" && !isHidden(value),
  );
  return {
    ...(id ? { id } : {}),
    inputs: { name: String(name), ...Object.fromEntries(known), ...(adopt === true ? { adopt } : {}) },
    unknown: (Object.keys(fields) as (keyof typeof fields)[]).filter((field) => isHidden(fields[field])),
    secretChanged: Object.hasOwn(detailedDiff ?? {}, "webhookSecret"),
  };
}

/** Number → entry, of a single route and of a table alike. */
function routesOf(properties: Record<string, unknown> = {}): Record<string, string> {
  const { number, mode, applicationId, routes } = properties;
  if (typeof routes === "object" && routes !== null) return routes as Record<string, string>;
  return typeof number === "string" ? { [number]: String(mode ?? applicationId) } : {};
}

function writtenOf(outputs: Record<string, unknown> = {}, number: string): string[] {
  const { written } = outputs;
  const own = Array.isArray(written) ? written : (written as Record<string, unknown> | undefined)?.[number];
  return [own ?? []].flat().map(String);
}
