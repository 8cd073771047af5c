import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  isSignedBy,
  parseTimestamp,
  readSignature,
  signWebhook,
  type WebhookSecrets,
} from "../../src/webhooks/signature.ts";

const body = readFileSync(new URL("../fixtures/minivoice/call-completed.webhook.json", import.meta.url));
const secret = "mv_test_not_a_real_secret";
const timestamp = "1780056600";
const now = new Date("2026-05-29T12:10:01Z");
const signature = signWebhook(secret, timestamp, body);

/** `true` and `false` tell whether one of the secrets signed, a text why there is no signature. */
function verify(
  secrets: WebhookSecrets,
  delivery: { timestamp: string | undefined; signature: string | undefined; body: Uint8Array | string },
  at = now,
) {
  const read = readSignature(delivery.timestamp, delivery.signature);
  return typeof read === "string" ? read : isSignedBy(secrets, read, delivery.body, at);
}

describe("a webhook signature", () => {
  test("is v1= and the HMAC-SHA-256 of timestamp, dot and raw body", () => {
    const expected = createHmac("sha256", secret).update(`${timestamp}.${body.toString()}`).digest("hex");
    expect(signature).toBe(`v1=${expected}`);
  });

  test("is accepted from whoever knows the secret", () => {
    expect(readSignature(timestamp, signature)).toMatchObject({ signedAt: new Date("2026-05-29T12:10:00Z") });
    expect(verify({ current: secret }, { timestamp, signature, body })).toBe(true);
  });

  test.each([
    ["without a signature", { signature: undefined }, "signature_missing"],
    ["without a timestamp", { timestamp: undefined }, "signature_missing"],
    ["with another timestamp", { timestamp: "1780056601" }, false],
    ["with a changed body", { body: `${body} ` }, false],
    ["by another secret", { signature: signWebhook("mv_test_another", timestamp, body) }, false],
    ["of another version", { signature: signature.replace("v1", "v2") }, "signature_malformed"],
    ["cut short", { signature: signature.slice(0, -2) }, "signature_malformed"],
    ["at no time", { timestamp: "noon" }, "timestamp_malformed"],
  ])("is refused %s", (_how, change, problem) => {
    expect(verify({ current: secret }, { timestamp, signature, body, ...change })).toBe(problem);
  });

  test("by the previous secret is accepted until that is no longer valid", () => {
    const secrets = { current: "mv_test_new", previous: { value: secret, validUntil: now } };
    const delivery = { timestamp, signature, body };
    expect(verify(secrets, delivery)).toBe(true);
    expect(verify(secrets, delivery, new Date(now.getTime() + 1))).toBe(false);
  });

  test("never survives a change of one byte", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), fc.nat(), fc.integer({ min: 1, max: 255 }), (bytes, at, flip) => {
        const signed = signWebhook(secret, timestamp, bytes);
        const changed = Uint8Array.from(bytes);
        const place = at % bytes.length;
        changed[place] = (changed[place] ?? 0) ^ flip;
        const check = (sent: Uint8Array) => verify({ current: secret }, { timestamp, signature: signed, body: sent });
        expect([check(bytes), check(changed)]).toEqual([true, false]);
      }),
    );
  });
});

describe("a webhook timestamp", () => {
  test.each([
    ["Unix seconds", "1780056600"],
    ["Unix milliseconds", "1780056600000"],
    ["RFC 3339", "2026-05-29T12:10:00Z"],
    ["RFC 3339 with a fraction", "2026-05-29T12:10:00.000Z"],
    ["RFC 3339 with an offset", "2026-05-29T14:10:00+02:00"],
  ])("may be %s", (_format, text) => {
    expect(parseTimestamp(text)?.toISOString()).toBe("2026-05-29T12:10:00.000Z");
  });

  test.each(["", "-1", "1e9", "0x10", " 1780056600", "2026-05-29", "2026-13-41T00:00:00Z", "May 29 2026"])(
    "is not %j",
    (text) => expect(parseTimestamp(text)).toBeUndefined(),
  );
});
