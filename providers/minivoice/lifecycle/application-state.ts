import type { Application } from "../api/schema.ts";
import type { VisibleField } from "./application-fields.ts";
import { Arguments, type IsUnknown, publicUrl, type Unchecked } from "./arguments.ts";
import { type Checked, compact, type Named } from "./lifecycle.ts";

/** What a program declares for an application. */
export interface ApplicationInputs extends Named {
  name: string;
  answerUrl?: string;
  webhookUrl?: string;
  webhookSecret?: string;
  adopt?: true;
  apiKey?: string;
}

/** What is live, what the API shows only once or never, and the options. */
export interface ApplicationOutputs extends Named {
  applicationId: string;
  customerId?: string;
  name: string;
  answerUrl?: string;
  webhookUrl?: string;
  createdAt?: string;
  /** From the creation, or given when adopting. */
  apiKey?: string;
  /** As declared; whether the API has the same cannot be seen. */
  webhookSecret?: string;
  /** Of the secret that a person was asked to set by hand, keyed with the application's id: nobody saw whether it was. */
  webhookSecretHash?: string;
  /**
   * Fields that a write may have changed without having been seen to. Also `name`, while another application may bear it.
   * The next run looks first, whatever it declares; then it is gone.
   */
  unsettled?: string[];
  /**
   * Fields that a refresh found otherwise than this resource left them: what the state shows of them is somebody else's word.
   * Gone with the next update, which makes them as declared.
   */
  changedOutside?: VisibleField[];
  adopt?: true;
  /** Whether `apiKey` was an argument. */
  apiKeyGiven?: true;
}

const known = ["resourceName", "name", "answerUrl", "webhookUrl", "webhookSecret", "adopt", "apiKey"];

export function checkApplication(values: Unchecked, isUnknown: IsUnknown): Checked<ApplicationInputs> {
  const args = new Arguments(values, known, isUnknown);
  const name = args.required("name", "say how the application is called in the account");
  const inputs = compact({
    resourceName: args.required("resourceName", "pass the name of the resource"),
    name,
    answerUrl: args.text("answerUrl", publicUrl),
    webhookUrl: args.text("webhookUrl", publicUrl),
    webhookSecret: args.secret("webhookSecret"),
    adopt: args.flag("adopt"),
    apiKey: args.secret("apiKey"),
  }) as ApplicationInputs;
  if (inputs.apiKey !== undefined && !inputs.adopt)
    args.report(
      "apiKey is given without adopt: true, but a new application brings a key of its own: leave it out, or adopt",
    );
  return {
    inputs,
    problems: args.problems,
    claims: name && !args.isUnknown("name") ? [`application named ${name}`] : [],
  };
}

export const applicationInputsOf = (outputs: ApplicationOutputs): ApplicationInputs => {
  const { resourceName, name, answerUrl, webhookUrl, webhookSecret, adopt, apiKey, apiKeyGiven } = outputs;
  return compact({
    resourceName,
    name,
    answerUrl,
    webhookUrl,
    webhookSecret,
    adopt,
    apiKey: apiKeyGiven && apiKey,
  }) as ApplicationInputs;
};

/** Live fields from the API; the secret, the key and the options from the program or from the state. */
export function applicationOutputs(
  live: Application,
  options: ApplicationInputs | ApplicationOutputs,
  known: {
    apiKey?: string | undefined;
    webhookSecretHash?: string | undefined;
    unsettled?: string[] | undefined;
    changedOutside?: VisibleField[] | undefined;
  },
): ApplicationOutputs {
  const given = "applicationId" in options ? options.apiKeyGiven : options.apiKey !== undefined ? true : undefined;
  return compact({
    resourceName: options.resourceName,
    applicationId: live.id,
    customerId: live.customer_id,
    name: live.name,
    answerUrl: live.answer_url,
    webhookUrl: live.webhook_url,
    createdAt: live.created_at,
    apiKey: known.apiKey,
    webhookSecret: options.webhookSecret,
    webhookSecretHash: known.webhookSecretHash,
    unsettled: known.unsettled,
    changedOutside: known.changedOutside,
    adopt: options.adopt,
    apiKeyGiven: given,
  }) as ApplicationOutputs;
}
