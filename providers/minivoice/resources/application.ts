import * as pulumi from "@pulumi/pulumi";
import { declare } from "./declarations.ts";
import { DynamicResource } from "./dynamic-resource.ts";

export interface ApplicationArgs {
  /** How the application is called in the account. No other application of the account may be called the same. */
  name: pulumi.Input<string>;
  /** Where calls get their actions: https, or http to this machine. */
  answerUrl?: pulumi.Input<string | undefined>;
  /** Where events go: https, or http to this machine. */
  webhookUrl?: pulumi.Input<string | undefined>;
  /** Signs the events. The API never shows it, so a change made elsewhere is not noticed. */
  webhookSecret?: pulumi.Input<string | undefined>;
  /** Take over the one application of this name. */
  adopt?: pulumi.Input<boolean | undefined>;
  /** The key of an adopted application; the API shows it only when it creates one. */
  apiKey?: pulumi.Input<string | undefined>;
}

/**
 * A MiniVoice application: it connects an API key, an `answer_url` and a `webhook_url`. Never replaced, since a new one
 * would have a new key and none of the numbers.
 *
 * @example
 * const support = new Application("support", {
 *   name: "Support IVR (test)",
 *   answerUrl: pulumi.interpolate`${answer.url}answer/support`,
 *   webhookUrl: webhook.url,
 *   webhookSecret: secret.value,
 * });
 */
export class Application extends DynamicResource {
  declare readonly customerId: pulumi.Output<string | undefined>;
  declare readonly name: pulumi.Output<string>;
  declare readonly answerUrl: pulumi.Output<string | undefined>;
  declare readonly webhookUrl: pulumi.Output<string | undefined>;
  /** Secret. Absent when the application was taken over without giving it. */
  declare readonly apiKey: pulumi.Output<string | undefined>;
  /** RFC 3339, UTC. */
  declare readonly createdAt: pulumi.Output<string | undefined>;

  constructor(name: string, args: ApplicationArgs, options?: pulumi.CustomResourceOptions) {
    const { webhookSecret, apiKey, ...rest } = args;
    if (typeof args.name === "string") declare(Symbol(name), [`application named ${args.name}`]);
    super(
      {
        type: "Application",
        handler: "application",
        outputs: ["customerId", "name", "answerUrl", "webhookUrl", "apiKey", "createdAt"],
        secretOutputs: ["apiKey", "webhookSecret", "webhookSecretHash"],
      },
      name,
      {
        ...rest,
        ...(webhookSecret === undefined ? {} : { webhookSecret: pulumi.secret(webhookSecret) }),
        ...(apiKey === undefined ? {} : { apiKey: pulumi.secret(apiKey) }),
      },
      options,
    );
  }

  /** The vendor's id, e.g. `app_20260529T120000.000000000`. It is the resource's own id, which alone is known while an edit is previewed. */
  get applicationId(): pulumi.Output<string> {
    return this.id;
  }
}
