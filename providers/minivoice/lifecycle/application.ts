import { createHmac } from "node:crypto";
import { MiniVoiceError } from "../api/errors.ts";
import type { Application, ApplicationFields } from "../api/schema.ts";
import {
  type ApplicationInputs,
  type ApplicationOutputs,
  applicationInputsOf,
  applicationOutputs,
  checkApplication,
} from "./application-state.ts";
import { type Context, guarded } from "./context.ts";
import {
  ApplicationGone,
  ApplicationInUse,
  ApplicationNameTaken,
  CreateOutcomeUnknown,
  PartialFailure,
  WriteNotApplied,
} from "./errors.ts";
import type { Lifecycle } from "./lifecycle.ts";
import { poll, readBackLimit } from "./poll.ts";

/**
 * An application: an API key, an answer URL, a webhook URL. Never replaced: a new one would have a new key and none of
 * the numbers.
 */
export const application: Lifecycle<ApplicationInputs, ApplicationOutputs> = {
  replacedBy: [],
  check: checkApplication,
  inputsOf: applicationInputsOf,

  /** The key is an output of the creation, too, so only one that the program gives can differ. */
  differs(outputs, inputs) {
    const { apiKey: recordedKey, ...recorded } = { ...applicationInputsOf(outputs), apiKey: outputs.apiKey };
    const { apiKey: givenKey, ...declared } = inputs;
    return fingerprint(recorded) !== fingerprint(declared) || (givenKey !== undefined && givenKey !== recordedKey);
  },

  /** An application that the program still declares is no other resource's to delete in this run. */
  beforeUpdate: ({ claims }, id, _outputs, inputs) => claims.keepApplication(id, inputs.name),

  async create(context, inputs) {
    const namesakes = (await context.client.applications.list()).filter(({ name }) => name === inputs.name);
    const [found, ...others] = namesakes;
    if (others.length > 0)
      throw new ApplicationNameTaken(
        inputs.name,
        namesakes.map(({ id }) => id),
      );
    if (!found) return createAnew(context, inputs);
    guarded(context, found);
    // One that equals the declaration is what a killed run left behind; its key was shown to that run alone.
    if (!inputs.adopt && changedFields(found, inputs).length > 0)
      throw new ApplicationNameTaken(inputs.name, [found.id]);
    if (!inputs.apiKey)
      context.say(
        `"${inputs.name}" exists already as ${found.id} and is taken over. Its API key was shown only when it was created: give it as apiKey if this program needs it`,
      );
    context.claims.keepApplication(found.id, inputs.name);
    // Whether it holds the declared webhook secret cannot be seen, so the secret is written again.
    const outputs = await sync(context, found, inputs, {
      apiKey: inputs.apiKey,
      secretChanged: inputs.webhookSecret !== undefined,
    });
    return { id: found.id, outputs };
  },

  async update(context, id, outputs, inputs) {
    const { apiKey } = { apiKey: outputs.apiKey, ...inputs };
    const secretChanged = inputs.webhookSecret !== outputs.webhookSecret;
    const recorded = wireOf(outputs);
    if (changedFields(recorded, inputs).length === 0 && !secretChanged)
      return applicationOutputs(recorded, inputs, { apiKey, webhookSecretHash: outputs.webhookSecretHash });

    const all = await context.client.applications.list();
    const live = guarded(
      context,
      all.find((candidate) => candidate.id === id),
    );
    if (!live) throw new ApplicationGone(id, outputs.name);
    const namesakes = all.filter((candidate) => candidate.name === inputs.name && candidate.id !== id);
    if (namesakes.length > 0)
      throw new ApplicationNameTaken(
        inputs.name,
        namesakes.map((namesake) => namesake.id),
      );
    return sync(context, live, inputs, { apiKey, secretChanged, webhookSecretHash: outputs.webhookSecretHash });
  },

  async read(context, id, outputs) {
    const live = guarded(context, await context.inventory.application(id));
    return live && { id, outputs: applicationOutputs(live, outputs, outputs) };
  },

  async remove(context, id, outputs) {
    const { claims, client, say } = context;
    if (claims.keepsApplication(id) || claims.awaitsApplicationNamed(outputs.name)) return;
    if (outputs.apiKey && client.uses(outputs.apiKey))
      return say(`the application "${outputs.name}" (${id}) stays: its API key is the one that this run works with`);
    if (!context.capabilities.deleteApplication)
      return say(`the application "${outputs.name}" (${id}) stays in the account: the documented API cannot delete it`);
    context.inventory.forget();
    try {
      await client.applications.delete(id);
    } catch (error) {
      if (!(error instanceof MiniVoiceError) || error.code !== "application_in_use") throw error;
      const dids = context.capabilities.listDids ? await client.dids.list() : [];
      throw new ApplicationInUse(
        id,
        dids.filter((did) => did.application_id === id).map((did) => did.number_e164),
      );
    }
  },
};

/** POST is sent once. If its answer is lost, only the list can tell what became of it. */
async function createAnew(
  context: Context,
  inputs: ApplicationInputs,
): Promise<{ id: string; outputs: ApplicationOutputs }> {
  context.inventory.forget();
  let created: Application;
  try {
    created = await context.client.applications.create({ ...fieldsOf(inputs), name: inputs.name });
  } catch (error) {
    if (!(error instanceof MiniVoiceError) || !error.outcomeUnknown) throw error;
    created = await findLost(context, inputs, error);
  }
  context.claims.keepApplication(created.id, inputs.name);
  return {
    id: created.id,
    outputs: await readBack(context, created.id, inputs, { apiKey: created.api_key ?? inputs.apiKey }),
  };
}

async function findLost(context: Context, inputs: ApplicationInputs, lost: MiniVoiceError): Promise<Application> {
  const namesakes = await poll(
    readBackLimit,
    async () => (await context.client.applications.list()).filter(({ name }) => name === inputs.name),
    (found) => found.length > 0,
  );
  const [found, ...others] = namesakes;
  if (others.length > 0)
    throw new ApplicationNameTaken(
      inputs.name,
      namesakes.map(({ id }) => id),
    );
  if (!found) throw new CreateOutcomeUnknown(inputs.name, lost.message);
  context.say(
    `the answer to the creation of "${inputs.name}" was lost, but it was created as ${found.id}. Its API key is lost with the answer`,
  );
  return found;
}

interface Extras {
  apiKey: string | undefined;
  secretChanged: boolean;
  webhookSecretHash?: string | undefined;
}

/** Writes what differs between the live application and the declaration, and nothing else. */
async function sync(
  context: Context,
  live: Application,
  inputs: ApplicationInputs,
  extras: Extras,
): Promise<ApplicationOutputs> {
  const { apiKey, secretChanged } = extras;
  const changed = changedFields(live, inputs);
  if (changed.length === 0 && !secretChanged) return applicationOutputs(live, inputs, extras);

  if (!context.capabilities.editApplication) {
    const webhookSecretHash = secretChanged ? announceSecret(context, live, inputs) : extras.webhookSecretHash;
    const outputs = applicationOutputs(live, inputs, { apiKey, webhookSecretHash });
    if (changed.length === 0) return outputs;
    throw new PartialFailure(live.id, outputs, [pendingEdit(live, inputs, changed)]);
  }

  const fields = fieldsOf(inputs);
  const write: Partial<ApplicationFields> = Object.fromEntries(changed.map((field) => [field, fields[field] ?? null]));
  if (secretChanged) write.webhook_secret = inputs.webhookSecret ?? null;
  context.inventory.forget();
  await context.client.applications.update(live.id, write);
  return readBack(context, live.id, inputs, { apiKey });
}

async function readBack(
  context: Context,
  id: string,
  inputs: ApplicationInputs,
  extras: Pick<ApplicationOutputs, "apiKey"> | { apiKey: string | undefined },
): Promise<ApplicationOutputs> {
  const live = await poll(
    readBackLimit,
    async () => (await context.client.applications.list()).find((candidate) => candidate.id === id),
    (found) => found !== undefined && changedFields(found, inputs).length === 0,
  );
  const changed = live ? changedFields(live, inputs) : [];
  if (live && changed.length === 0) return applicationOutputs(guarded(context, live) ?? live, inputs, extras);

  // It was written, so it belongs into the state, with the key that will not be shown again.
  const fields = fieldsOf(inputs);
  const failure = new WriteNotApplied(
    `the application "${inputs.name}" (${id})`,
    live ? changed.map((field) => `${field} ${fields[field] ?? "absent"}`).join(", ") : "to be listed",
    live ? changed.map((field) => `${field} ${live[field] ?? "absent"}`).join(", ") : "no such application",
  );
  throw new PartialFailure(id, applicationOutputs(live ?? { id, name: inputs.name }, inputs, extras), [
    failure.message,
  ]);
}

const visibleFields = ["name", "answer_url", "webhook_url"] as const;
type VisibleField = (typeof visibleFields)[number];

const fieldsOf = ({ name, answerUrl, webhookUrl, webhookSecret }: ApplicationInputs): ApplicationFields => ({
  name,
  ...(answerUrl === undefined ? {} : { answer_url: answerUrl }),
  ...(webhookUrl === undefined ? {} : { webhook_url: webhookUrl }),
  ...(webhookSecret === undefined ? {} : { webhook_secret: webhookSecret }),
});

/** What the state last saw live, in the API's words. */
const wireOf = ({
  applicationId,
  customerId,
  name,
  answerUrl,
  webhookUrl,
  createdAt,
}: ApplicationOutputs): Application => ({
  id: applicationId,
  name,
  ...(customerId === undefined ? {} : { customer_id: customerId }),
  ...(answerUrl === undefined ? {} : { answer_url: answerUrl }),
  ...(webhookUrl === undefined ? {} : { webhook_url: webhookUrl }),
  ...(createdAt === undefined ? {} : { created_at: createdAt }),
});

function changedFields(live: Application, inputs: ApplicationInputs): VisibleField[] {
  const declared = fieldsOf(inputs);
  return visibleFields.filter((field) => (live[field] ?? undefined) !== (declared[field] ?? undefined));
}

function pendingEdit(live: Application, inputs: ApplicationInputs, changed: VisibleField[]): string {
  const fields = fieldsOf(inputs);
  const edits = changed.map((field) => `${field} from ${live[field] ?? "nothing"} to ${fields[field] ?? "nothing"}`);
  return `pending: in the account setup, change ${edits.join(" and ")} of the application "${live.name}" (${live.id}), then run up again`;
}

/** The API never shows the secret, so all that can be done is to say what to do, without saying the secret. */
function announceSecret(context: Context, live: Application, inputs: ApplicationInputs): string | undefined {
  const { webhookSecret } = inputs;
  if (webhookSecret === undefined) {
    context.say(
      `unverified: in the account setup, remove the webhook secret of the application "${live.name}" (${live.id})`,
    );
    return undefined;
  }
  context.say(
    `unverified: in the account setup, set the webhook secret of the application "${live.name}" (${live.id}) to the value that this shows: ` +
      `pulumi stack export --show-secrets | jq -r '.deployment.resources[] | select(.id == "${live.id}").outputs.webhookSecret.plaintext | fromjson'`,
  );
  return createHmac("sha256", live.id).update(webhookSecret).digest("hex");
}

const fingerprint = (inputs: object): string =>
  JSON.stringify(
    Object.entries(inputs)
      .filter(([key, value]) => key !== "resourceName" && value !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
