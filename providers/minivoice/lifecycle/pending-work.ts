import type { Application, Did } from "../api/schema.ts";
import { changedFields, fieldsOf, shownField, type VisibleField } from "./application-fields.ts";
import type { ApplicationInputs } from "./application-state.ts";
import type { Context } from "./context.ts";
import { guarded } from "./ownership.ts";
import { inParallel } from "./parallel.ts";
import { describeLive, describeTarget, routesTo, type Target, targetOf } from "./target.ts";

/** An application as a program declares it, with its id once it is in the state. */
export interface DeclaredApplication {
  id?: string;
  inputs: Pick<ApplicationInputs, "name" | "answerUrl" | "webhookUrl" | "adopt">;
  /** Fields whose value only an `up` can tell; their turn comes after it. */
  unknown: readonly VisibleField[];
  /** Whether the declared webhook secret is another one than the state's. */
  secretChanged: boolean;
}

/** Where a program wants a number, e.g. `app_123` or `reject`. */
export interface DeclaredRoute {
  number: string;
  entry: string;
}

/** A number that leaves the program, and the applications that its route may have written. */
export interface DroppedRoute {
  number: string;
  written: readonly string[];
}

/** One thing that a person has to do in the account setup. */
export interface ManualStep {
  kind: "assign number" | "take number out of service" | "edit application" | "set webhook secret";
  /** The number, or the id of the application. */
  object: string;
  /** The name of the application. */
  name?: string;
  /** `answer_url`, `route` and so on. */
  field: string;
  /** A URL without its query, which somebody else may have put a token into. */
  from: string;
  /** In full, as the program declares it for all its readers: who does the step has to type it. */
  to: string;
}

export interface PendingWork {
  steps: ManualStep[];
  /** What could not be told, one line each, e.g. a number that is not in the account. */
  problems: string[];
}

/**
 * Everything that a person has to do by hand before an account is as declared, as far as it can be known now: all of it,
 * where the engine stops at the first pending resource. Reads only. Empty for an account whose API does it all.
 *
 * @throws MiniVoiceError when the applications cannot be listed
 */
export async function pendingWork(
  context: Context,
  declared: { applications: DeclaredApplication[]; routes: DeclaredRoute[]; dropped: DroppedRoute[] },
): Promise<PendingWork> {
  const work: PendingWork = { steps: [], problems: [] };
  const applications = await context.client.applications.list();
  if (!context.capabilities.editApplication)
    for (const application of declared.applications) work.steps.push(...editsOf(context, applications, application));
  if (context.capabilities.assignDid) return work;

  const names = new Map(applications.map(({ id, name }) => [id, name]));
  const look = async (number: string, stepFor: (live: Did) => ManualStep | undefined): Promise<void> => {
    try {
      const live = guarded(context, await context.inventory.did(number));
      const step = live && stepFor(live);
      if (!live) work.problems.push(`${number} is not a number of this account`);
      if (step) work.steps.push(step);
    } catch (error) {
      work.problems.push(`${number} could not be read: ${(error as Error).message}`);
    }
  };
  const routes = [
    ...declared.routes.map(
      ({ number, entry }) =>
        () =>
          look(number, (live) => assignment(live, targetOf(entry), names)),
    ),
    ...declared.dropped.map(
      ({ number, written }) =>
        () =>
          look(number, (live) => release(live, written)),
    ),
  ];
  await inParallel(routes, (check) => check());
  work.steps.sort((a, b) => order(a.kind, b.kind) || order(a.object, b.object));
  return work;
}

function editsOf(context: Context, live: readonly Application[], declared: DeclaredApplication): ManualStep[] {
  const found = guarded(
    context,
    live.find(({ id, name }) =>
      declared.id ? id === declared.id : declared.inputs.adopt && name === declared.inputs.name,
    ),
  );
  if (!found) return [];
  const wanted = fieldsOf(declared.inputs as ApplicationInputs);
  const { id: object, name } = found;
  const changed = changedFields(found, declared.inputs as ApplicationInputs);
  const edits = changed
    .filter((field) => !declared.unknown.includes(field))
    .map(
      (field): ManualStep => ({
        kind: "edit application",
        object,
        name,
        field,
        from: shownField(found, field) ?? "nothing",
        to: wanted[field] ?? "nothing",
      }),
    );
  const secret: ManualStep = {
    kind: "set webhook secret",
    object,
    name,
    field: "webhook_secret",
    from: "not shown by the API",
    to: "the secret in the state",
  };
  return declared.secretChanged ? [...edits, secret] : edits;
}

function assignment(live: Did, target: Target, names: ReadonlyMap<string, string>): ManualStep | undefined {
  if (routesTo(live, target)) return undefined;
  const name = "mode" in target ? undefined : names.get(target.applicationId);
  return {
    kind: "mode" in target ? "take number out of service" : "assign number",
    object: live.number_e164,
    ...(name === undefined ? {} : { name }),
    field: "route",
    from: describeLive(live),
    to: describeTarget(target),
  };
}

/** A number that somebody has moved meanwhile is no longer the program's to take out of service. */
function release(live: Did, written: readonly string[]): ManualStep | undefined {
  if (live.application_id && !written.includes(live.application_id)) return undefined;
  return assignment(live, { mode: "reject" }, new Map());
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
