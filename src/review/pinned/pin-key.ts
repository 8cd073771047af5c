import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import { canonicalJson } from "../../call-flow/digest.ts";
import type { PinnedContent, PinnedReview } from "./pinned-review.ts";

/**
 * The key of the hashes and seals in a saved review. It is made from the webhook secret in the stack's state: 256 random
 * bits that exist since the first deployment, the same on every machine, opened only by who can open the stack's secrets,
 * as whoever reviews or deploys must. It is in no file, and what it hashes tells nothing of the webhook secret.
 */
export class PinKey {
  readonly #key: Uint8Array;

  /** @param scope - project and stack, so that two stacks with one secret still have two keys. */
  constructor(webhookSecret: string, scope: string) {
    this.#key = new Uint8Array(hkdfSync("sha256", webhookSecret, scope, "minivoice pinned review", 32));
  }

  /** A hash that nobody without the key can try values against. */
  hash(purpose: string, value: unknown): string {
    return createHmac("sha256", this.#key)
      .update(canonicalJson([purpose, value]))
      .digest("hex");
  }

  /** Closes every field by itself, so that it can be said which one was edited. */
  sealed(content: PinnedContent): PinnedReview {
    return { ...content, seals: this.#sealsOf(content) };
  }

  /** The fields that are not as they were saved. */
  brokenSeals({ seals, ...content }: PinnedReview): string[] {
    return Object.entries(this.#sealsOf(content)).flatMap(([field, seal]) =>
      Object.hasOwn(seals, field) && isSame(seals[field] ?? "", seal) ? [] : [field],
    );
  }

  #sealsOf(content: PinnedContent): Record<string, string> {
    return Object.fromEntries(
      Object.entries(content).map(([field, value]) => [field, this.hash(`seal of ${content.id}: ${field}`, value)]),
    );
  }
}

const isSame = (one: string, other: string): boolean =>
  one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
