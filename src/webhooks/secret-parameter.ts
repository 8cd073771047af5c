import { ExplainedError } from "./explained-error.ts";
import { parseTimestamp, type WebhookSecrets } from "./signature.ts";

/**
 * What the parameter store holds for the webhook function. `previous` is accepted beside `current` until `validUntil`
 * (RFC 3339), for events that were signed, or are still being signed, before a rotation.
 *
 * @example secretParameter({ current: "<new>", previous: { value: "<old>", validUntil: new Date("2026-05-30T12:00:00Z") } })
 */
export const secretParameter = ({ current, previous }: WebhookSecrets): string =>
  JSON.stringify({
    current,
    ...(previous && { previous: { value: previous.value, validUntil: previous.validUntil.toISOString() } }),
  });

/**
 * Reads what {@link secretParameter} wrote.
 *
 * @throws ExplainedError that says what is wrong, without any part of the text: it is a secret.
 */
export function parseSecretParameter(text: string): WebhookSecrets {
  const { current, previous } = objectOf(text);
  if (!isSecret(current)) throw malformed("current must be a text that is not empty");
  if (previous === undefined || previous === null) return { current };
  const { value, validUntil } = typeof previous === "object" ? (previous as Record<string, unknown>) : {};
  if (!isSecret(value)) throw malformed("previous.value must be a text that is not empty");
  const until = typeof validUntil === "string" ? parseTimestamp(validUntil) : undefined;
  if (!until) throw malformed("previous.validUntil must be RFC 3339");
  return { current, previous: { value, validUntil: until } };
}

/** JSON.parse quotes what it cannot read, so its own message must not get anywhere. */
function objectOf(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw malformed("it must be a JSON object");
}

const isSecret = (value: unknown): value is string => typeof value === "string" && value !== "";
const malformed = (problem: string) => new ExplainedError(`the secret parameter is malformed: ${problem}`);
