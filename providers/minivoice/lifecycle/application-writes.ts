import { MiniVoiceError } from "../api/errors.ts";
import type { Application, ApplicationFields } from "../api/schema.ts";
import { announceSecret, pendingEdit } from "./application-by-hand.ts";
import { changedFields, describeFields, fieldsOf } from "./application-fields.ts";
import { type ApplicationInputs, type ApplicationOutputs, applicationOutputs } from "./application-state.ts";
import type { Context } from "./context.ts";
import {
  ApplicationGone,
  ApplicationNameBorne,
  ApplicationNameTaken,
  ApplicationShared,
  CreateOutcomeUnknown,
  NotManaged,
  PartialFailure,
  WriteNotApplied,
  WriteUnconfirmed,
} from "./errors.ts";
import { guarded } from "./ownership.ts";
import { poll } from "./poll.ts";
import { managed, unlessLost } from "./writes.ts";

/** All applications, none of which belongs to another customer: so a key of another account is noticed before a write. */
export async function listApplications(context: Context): Promise<Application[]> {
  const applications = await context.client.applications.list();
  for (const application of applications) guarded(context, application);
  return applications;
}

/** Those that have a name, without the one that is to have it and without any that this very run renames: two may swap names. */
export const namesakesIn = ({ claims }: Context, applications: Application[], name: string, except?: string) =>
  applications.filter(
    (candidate) =>
      candidate.name === name && candidate.id !== except && !claims.movesApplicationFrom(candidate.id, name),
  );

/**
 * Those that have a name, once none has it that this very run renames: two of one name could not be told apart if the
 * renaming failed and the answer to a creation were lost.
 *
 * @throws ApplicationNameBorne when that does not happen
 */
export async function freeName(context: Context, name: string): Promise<Application[]> {
  const borneIn = (applications: Application[]) =>
    applications.find((candidate) => candidate.name === name && context.claims.keepsApplication(candidate.id));
  const applications = await poll(
    context.capabilities.editApplication ? context.readBackLimit : 0,
    () => listApplications(context),
    (all) => borneIn(all) === undefined,
  );
  const borne = borneIn(applications);
  if (borne) throw new ApplicationNameBorne(name, borne.id);
  return applications.filter((candidate) => candidate.name === name);
}

/** @throws ApplicationShared when another resource of this run holds it already */
export function keep({ claims }: Pick<Context, "claims">, id: string, inputs: ApplicationInputs): void {
  const holder = claims.keepApplication(id, inputs.name, inputs.resourceName);
  if (holder) throw new ApplicationShared(id, holder, inputs.resourceName);
}

/** POST is sent once. If its answer is lost, only the list can tell what became of it. */
export async function createAnew(
  context: Context,
  inputs: ApplicationInputs,
): Promise<{ id: string; outputs: ApplicationOutputs }> {
  context.inventory.forget();
  const fields = fieldsOf(inputs);
  let created: Application;
  try {
    created = await context.client.applications.create(fields);
  } catch (error) {
    if (!(error instanceof MiniVoiceError) || !error.outcomeUnknown) throw error;
    created = await findLost(context, inputs, error);
  }
  keep(context, created.id, inputs);
  const { api_key: apiKey } = created;
  return { id: created.id, outputs: await readBack(context, created, inputs, { apiKey, fields, isNew: true }) };
}

async function findLost(context: Context, inputs: ApplicationInputs, lost: MiniVoiceError): Promise<Application> {
  const namesakes = await poll(
    context.readBackLimit,
    async () => namesakesIn(context, await listApplications(context), inputs.name),
    (found) => found.length > 0,
  ).catch(() => [] as Application[]);
  const [found, ...others] = namesakes;
  if (others.length > 0) throw new ApplicationNameTaken(inputs.name, namesakes);
  if (!found) throw new CreateOutcomeUnknown(inputs.name, lost.message);
  context.say(
    `the answer to the creation of "${inputs.name}" was lost, but it was created as ${found.id}. Its API key is lost with the answer`,
  );
  return found;
}

interface Known {
  apiKey: string | undefined;
  /** The webhook secret that the state says is set. */
  secretBefore: string | undefined;
  /** Whether the declared one has to be written, as far as can be known. */
  secretChanged: boolean;
  webhookSecretHash?: string | undefined;
}

/** Writes what differs between the live application and the declaration, and nothing else. */
export async function sync(
  context: Context,
  live: Application,
  inputs: ApplicationInputs,
  known: Known,
): Promise<ApplicationOutputs> {
  const { apiKey, secretBefore, secretChanged } = known;
  const changed = changedFields(live, inputs);
  if (changed.length === 0 && !secretChanged) return applicationOutputs(live, inputs, known);

  if (!context.capabilities.editApplication) {
    const webhookSecretHash = secretChanged
      ? announceSecret(context, live, inputs, known.webhookSecretHash)
      : known.webhookSecretHash;
    const outputs = applicationOutputs(live, inputs, { apiKey, webhookSecretHash });
    if (changed.length === 0) return outputs;
    throw new PartialFailure(live.id, outputs, [pendingEdit(live, inputs, changed)]);
  }

  const fields = fieldsOf(inputs);
  const write: Partial<ApplicationFields> = Object.fromEntries(changed.map((field) => [field, fields[field] ?? null]));
  if (secretChanged) write.webhook_secret = inputs.webhookSecret ?? null;
  context.inventory.forget();
  const lost = await unlessLost(managed(context.client.applications.update(live.id, write))).catch(async (error) => {
    if (!(error instanceof MiniVoiceError && error.provesAbsence)) throw error;
    // Either it is gone by now, or the account has no such call and says so in the same words.
    const isThere = (await listApplications(context)).some(({ id }) => id === live.id);
    throw isThere ? new NotManaged(error) : new ApplicationGone(live.id, live.name);
  });
  // The secret cannot be read back, so only an answer shows that it was written.
  if (lost && secretChanged) throw unsettled(live, inputs, { apiKey, secretBefore, fields: write }, lost.message);
  return readBack(context, live, inputs, { apiKey, secretBefore, fields: write, lost });
}

interface Write {
  apiKey: string | undefined;
  secretBefore?: string | undefined;
  /** What was sent. */
  fields: Partial<ApplicationFields>;
}

/** A write that does not show need not have set the secret either, so the next run looks, and sets it again. */
function unsettled(
  found: Application,
  inputs: ApplicationInputs,
  { apiKey, secretBefore, fields }: Write,
  reason: string,
): PartialFailure<ApplicationOutputs> {
  const options = { ...inputs, webhookSecret: secretBefore };
  const outputs = applicationOutputs(found, options, { apiKey, unsettled: Object.keys(fields) });
  return new PartialFailure(found.id, outputs, [reason]);
}

/** Reads until the application is as declared. If it is not, it still belongs into the state, with the key that will not be shown again. */
async function readBack(
  context: Context,
  written: Application,
  inputs: ApplicationInputs,
  write: Write & { isNew?: boolean; lost?: MiniVoiceError | undefined },
): Promise<ApplicationOutputs> {
  const { id } = written;
  const { apiKey, isNew, lost } = write;
  const what = `the application "${inputs.name}" (${id})`;

  const all = await poll(
    context.readBackLimit,
    () => listApplications(context),
    (found) => found.some((candidate) => candidate.id === id && changedFields(candidate, inputs).length === 0),
  ).catch((error: Error) => {
    throw unsettled(written, inputs, write, new WriteUnconfirmed(what, error.message).message);
  });
  const live = all.find((candidate) => candidate.id === id);
  const changed = live ? changedFields(live, inputs) : [];
  if (!live || changed.length > 0) {
    const [wanted, found] = live
      ? [describeFields(fieldsOf(inputs), changed), describeFields(live, changed)]
      : ["to be listed", "no such application"];
    const reason = lost ? new WriteUnconfirmed(what, lost.message) : new WriteNotApplied(what, wanted, found);
    throw unsettled(live ?? written, inputs, write, reason.message);
  }
  const others = isNew ? namesakesIn(context, all, inputs.name, id) : [];
  if (others.length === 0) return applicationOutputs(live, inputs, { apiKey });
  throw new PartialFailure(id, applicationOutputs(live, inputs, { apiKey, unsettled: ["name"] }), [
    new ApplicationNameTaken(inputs.name, [live, ...others]).message,
  ]);
}
