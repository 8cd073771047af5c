import type * as pulumi from "@pulumi/pulumi";
import type { Duration } from "../api/duration.ts";
import { DynamicResource } from "./dynamic-resource.ts";

export interface WebhookSecretArgs {
  /** Any text; changing it makes a new secret, and the one before stays valid for `overlap`. */
  keeper?: pulumi.Input<string | undefined>;
  /** Default `"24 hours"`. */
  overlap?: pulumi.Input<Duration | undefined>;
}

/**
 * A secret of 256 random bits for an application's `webhookSecret`.
 *
 * @example
 * const secret = new WebhookSecret("support", { keeper: "2026-11" });
 */
export class WebhookSecret extends DynamicResource {
  /** Secret. 64 hexadecimal digits. */
  declare readonly value: pulumi.Output<string>;
  /** Secret. The value before the last rotation, absent before the first. */
  declare readonly previous: pulumi.Output<string | undefined>;
  /** RFC 3339, UTC. */
  declare readonly previousValidUntil: pulumi.Output<string | undefined>;

  constructor(name: string, args: WebhookSecretArgs = {}, options?: pulumi.CustomResourceOptions) {
    super(
      {
        type: "WebhookSecret",
        handler: "webhookSecret",
        outputs: ["value", "previous", "previousValidUntil"],
        secretOutputs: ["value", "previous"],
      },
      name,
      { ...args },
      options,
    );
    this.previous = this.previous.apply((secret) => secret || undefined);
    this.previousValidUntil = this.previousValidUntil.apply((time) => time || undefined);
  }
}
