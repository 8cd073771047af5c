import { isDeepStrictEqual } from "node:util";
import { MiniVoiceError } from "../api/errors.ts";
import { changedFields, changedOutside, wireOf } from "./application-fields.ts";
import {
  type ApplicationInputs,
  type ApplicationOutputs,
  applicationInputsOf,
  applicationOutputs,
  checkApplication,
} from "./application-state.ts";
import { createAnew, freeName, keep, listApplications, namesakesIn, sync } from "./application-writes.ts";
import {
  ApplicationDiffers,
  ApplicationGone,
  ApplicationInUse,
  ApplicationNameTaken,
  NotDeleted,
  NothingToAdopt,
  WriteNotApplied,
  WriteUnconfirmed,
} from "./errors.ts";
import type { Lifecycle } from "./lifecycle.ts";
import { foundOrGone } from "./ownership.ts";
import { poll } from "./poll.ts";
import { managed, unlessLost } from "./writes.ts";

/**
 * An application: an API key, an answer URL, a webhook URL. Never replaced: a new one would have a new key and none of
 * the numbers.
 */
export const application: Lifecycle<ApplicationInputs, ApplicationOutputs> = {
  replacedBy: [],
  check: checkApplication,
  inputsOf: applicationInputsOf,

  /**
   * The key is an output of the creation, too, so only one that the program gives can differ. What is not settled differs
   * from everything, until somebody has looked.
   */
  differs(outputs, inputs) {
    if (outputs.unsettled) return true;
    const { apiKey: _given, ...recorded } = applicationInputsOf({ ...outputs, resourceName: inputs.resourceName });
    const { apiKey, ...declared } = inputs;
    return !isDeepStrictEqual(recorded, declared) || (apiKey !== undefined && apiKey !== outputs.apiKey);
  },

  /** An application that the program still declares is no other resource's to delete in this run. */
  beforeUpdate: (context, id, _outputs, inputs) => keep(context, id, inputs),

  async create(context, inputs) {
    const namesakes = await freeName(context, inputs.name);
    const [found, ...others] = namesakes;
    if (others.length > 0) throw new ApplicationNameTaken(inputs.name, namesakes);
    if (!found && inputs.apiKey) throw new NothingToAdopt(inputs.name);
    if (!found) return createAnew(context, inputs);
    // One that equals the declaration is what a killed run left behind; its key was shown to that run alone.
    if (!inputs.adopt && changedFields(found, inputs).length > 0) throw new ApplicationDiffers(inputs.name, found.id);
    keep(context, found.id, inputs);
    if (!inputs.apiKey)
      context.say(
        `"${inputs.name}" exists already as ${found.id} and is taken over. Its API key was shown only when it was created: give it as apiKey if this program needs it`,
      );
    // Whether it holds the declared webhook secret cannot be seen, so the secret is written again.
    const outputs = await sync(context, found, inputs, {
      apiKey: inputs.apiKey,
      secretBefore: undefined,
      secretChanged: inputs.webhookSecret !== undefined,
    });
    return { id: found.id, outputs };
  },

  async update(context, id, outputs, inputs) {
    const { apiKey } = { apiKey: outputs.apiKey, ...inputs };
    const { webhookSecret: secretBefore, webhookSecretHash, unsettled } = outputs;
    // One that a person was asked to set was never seen to be set, so it is written once the API can.
    const isUnverified = webhookSecretHash !== undefined && context.capabilities.editApplication;
    const secretChanged =
      inputs.webhookSecret !== secretBefore || isUnverified || unsettled?.includes("webhook_secret") === true;
    const recorded = wireOf(outputs);
    if (changedFields(recorded, inputs).length === 0 && !secretChanged && !unsettled)
      return applicationOutputs(recorded, inputs, { apiKey, webhookSecretHash });

    const all = await listApplications(context);
    const listed = all.find((candidate) => candidate.id === id);
    const live = await foundOrGone(context, id, listed, outputs.customerId);
    if (!live) throw new ApplicationGone(id, outputs.name);
    const namesakes = namesakesIn(context, all, inputs.name, id);
    if (namesakes.length > 0) throw new ApplicationNameTaken(inputs.name, [live, ...namesakes]);
    return sync(context, live, inputs, { apiKey, secretBefore, secretChanged, webhookSecretHash });
  },

  async read(context, id, outputs) {
    const live = await foundOrGone(context, id, await context.inventory.application(id), outputs.customerId);
    if (!live) return undefined;
    // One that is imported, or looked up, was left by nobody.
    const changed = outputs.applicationId === undefined ? [] : changedOutside(live, outputs);
    const known = { ...outputs, changedOutside: changed.length > 0 ? changed : undefined };
    return { id, outputs: applicationOutputs(live, outputs, known) };
  },

  async remove(context, id, outputs) {
    const { claims, client, say } = context;
    if (claims.keepsApplication(id) || claims.awaitsApplicationNamed(outputs.name)) return;
    if (outputs.apiKey && client.uses(outputs.apiKey))
      return say(
        `the application "${outputs.name}" (${id}) stays: its API key is the one that this run works with [own-key]; ` +
          "run with the key of another application to delete it",
      );
    if (!context.capabilities.deleteApplication)
      return say(`the application "${outputs.name}" (${id}) stays in the account: the documented API cannot delete it`);
    await foundOrGone(context, id, await context.inventory.application(id), outputs.customerId);
    context.inventory.forget();
    const deletion = client.applications.delete(id).catch(async (error) => {
      if (!(error instanceof MiniVoiceError) || error.code !== "application_in_use") throw error;
      const dids = context.capabilities.listDids ? await managed(client.dids.list()) : [];
      const carriers = dids.filter((did) => did.application_id === id).map((did) => did.number_e164);
      throw new ApplicationInUse(id, carriers);
    });
    await unlessLost(managed(deletion));
    const what = `the deletion of the application "${outputs.name}" (${id})`;
    const rest = await poll(
      context.readBackLimit,
      () => listApplications(context),
      (all) => all.every((candidate) => candidate.id !== id),
    ).catch((error: Error) => {
      throw new NotDeleted([new WriteUnconfirmed(what, error.message).message], true);
    });
    if (rest.some((candidate) => candidate.id === id))
      throw new NotDeleted([new WriteNotApplied(what, "it gone", "it still listed").message], true);
  },
};
