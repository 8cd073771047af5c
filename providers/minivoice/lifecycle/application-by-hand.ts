import { createHmac } from "node:crypto";
import type { Application } from "../api/schema.ts";
import { fieldsOf, shownField, type VisibleField } from "./application-fields.ts";
import type { ApplicationInputs } from "./application-state.ts";
import type { Context } from "./context.ts";

/**
 * What a person has to do in the account setup, where the API cannot edit an application. The message goes into every log
 * of the run, so it shows no query; `pendingWork`, which somebody asks for in order to do it, shows what the program declares.
 */
export function pendingEdit(live: Application, inputs: ApplicationInputs, changed: VisibleField[]): string {
  const fields = fieldsOf(inputs);
  const edits = changed.map(
    (field) => `${field} from ${shownField(live, field) ?? "nothing"} to ${shownField(fields, field) ?? "nothing"}`,
  );
  const isCut = changed.some((field) => shownField(fields, field) !== (fields[field] ?? undefined));
  const rest = isCut ? " (what ?… stands for is in the program, and in the list of `minivoice pending`)" : "";
  return `pending: in the account setup, change ${edits.join(" and ")} of the application "${live.name}" (${live.id})${rest}, then run up again`;
}

/**
 * The API never shows the secret, so all that can be done is to say what to do, once for each secret, and without saying it.
 *
 * @param asked - the hash of the secret that was asked for last
 * @returns a hash that tells the next run which secret was asked for
 */
export function announceSecret(
  context: Context,
  live: Application,
  inputs: ApplicationInputs,
  asked: string | undefined,
): string | undefined {
  const { webhookSecret } = inputs;
  if (webhookSecret === undefined) {
    context.say(
      `unverified: in the account setup, remove the webhook secret of the application "${live.name}" (${live.id})`,
    );
    return undefined;
  }
  const hash = createHmac("sha256", live.id).update(webhookSecret).digest("hex");
  if (hash === asked) return hash;
  context.say(
    `unverified: in the account setup, set the webhook secret of the application "${live.name}" (${live.id}) to the value that this shows: ` +
      `pulumi stack export --show-secrets | jq -r '.deployment.resources[] | select(.id == "${live.id}").outputs.webhookSecret.plaintext | fromjson'`,
  );
  return hash;
}
