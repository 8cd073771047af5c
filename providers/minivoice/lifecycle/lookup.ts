import type { Application, Did } from "../api/schema.ts";
import { e164 } from "./arguments.ts";
import type { Context } from "./context.ts";
import { LifecycleError, NumberNotFound } from "./errors.ts";
import { compact } from "./lifecycle.ts";
import { guarded } from "./ownership.ts";

/** An application as it is live, without its key, which the API shows only once. */
export interface ApplicationFound {
  applicationId: string;
  customerId?: string;
  name: string;
  answerUrl?: string;
  webhookUrl?: string;
  /** RFC 3339, UTC. */
  createdAt?: string;
}

/** A number as it is live. */
export interface DidFound {
  didId: string;
  /** E.164. */
  number: string;
  /** `webhook`, `reject`, or one that is not documented yet. */
  mode: string;
  /** Absent where no application is assigned. A rejecting number may still carry one. */
  applicationId?: string;
  /** The carrier, e.g. `didww`. */
  carrier?: string;
  status?: string;
  customerId?: string;
}

/** Exactly one of the two. */
export type ApplicationQuery = { name: string; id?: never } | { id: string; name?: never };
/** Exactly one of the two. */
export type DidQuery = { number: string; id?: never } | { id: string; number?: never };

/** The one application of this name, or of this id. */
export async function findApplication(context: Context, query: ApplicationQuery): Promise<ApplicationFound> {
  const [field, value] = oneOf(query, ["name", "id"]);
  const found = (await context.inventory.applications()).filter((application) => application[field] === value);
  const [application, ...others] = found;
  if (!application) throw new ApplicationNotFound(field, value);
  if (others.length > 0) throw new ApplicationNameAmbiguous(value, found);
  guarded(context, application);
  return applicationFound(application);
}

/** The number, or the number of this id. */
export async function findDid(context: Context, query: DidQuery): Promise<DidFound> {
  const [field, value] = oneOf(query, ["number", "id"]);
  const problem = field === "number" ? e164(value) : undefined;
  if (problem) throw new WrongQuery(`number ${problem}`);
  const did = guarded(context, await (field === "number" ? context.inventory.did(value) : didById(context, value)));
  if (did) return didFound(did);
  throw field === "number" ? new NumberNotFound(value) : new DidNotFound(value);
}

/** Every number of the account, in the API's order. */
export async function findDids(context: Context): Promise<DidFound[]> {
  if (!context.capabilities.listDids) throw new CannotList();
  const dids = await context.inventory.dids();
  for (const did of dids) guarded(context, did);
  return dids.map(didFound);
}

const didById = async (context: Context, id: string): Promise<Did | undefined> =>
  context.capabilities.listDids
    ? (await context.inventory.dids()).find((did) => did.id === id)
    : context.client.dids.get(id);

function oneOf<Field extends string>(
  query: Partial<Record<Field, unknown>>,
  fields: readonly [Field, Field],
): [Field, string] {
  const given = fields.filter((field) => query[field] !== undefined && query[field] !== null && query[field] !== "");
  const [field] = given;
  if (field === undefined || given.length > 1)
    throw new WrongQuery(
      `expected exactly one of ${fields.join(" and ")}, but ${field === undefined ? "neither has" : "both have"} a value`,
    );
  const value = query[field];
  if (typeof value !== "string") throw new WrongQuery(`${field} is ${JSON.stringify(value)}: expected text`);
  return [field, value];
}

const applicationFound = (live: Application): ApplicationFound =>
  compact({
    applicationId: live.id,
    customerId: live.customer_id,
    name: live.name,
    answerUrl: live.answer_url,
    webhookUrl: live.webhook_url,
    createdAt: live.created_at,
  }) as ApplicationFound;

const didFound = (live: Did): DidFound =>
  compact({
    didId: live.id,
    number: live.number_e164,
    mode: live.route_mode,
    applicationId: live.application_id,
    carrier: live.provider,
    status: live.status,
    customerId: live.customer_id,
  }) as DidFound;

/** A question that has no answer, whatever the account holds. */
export class WrongQuery extends LifecycleError {}

export class ApplicationNotFound extends LifecycleError {
  constructor(field: string, value: string) {
    super(
      `the account has no application with ${field} "${value}": check it, or is the API key that of another environment?`,
    );
  }
}

/** Names are not unique, ids are. */
export class ApplicationNameAmbiguous extends LifecycleError {
  constructor(name: string, found: readonly Application[]) {
    super(
      `the account has ${found.length} applications "${name}" (${found.map(({ id }) => id).join(", ")}): ask for the one by its id`,
    );
  }
}

export class DidNotFound extends LifecycleError {
  constructor(id: string) {
    super(`the account has no number with id "${id}": check it, or ask for it by number`);
  }
}

export class CannotList extends LifecycleError {
  constructor() {
    super(
      'this account cannot list its numbers, because minivoice:capabilities is "documented": ask for each with getDid, ' +
        'or set it to "managed" if the account\'s API does list them',
    );
  }
}
