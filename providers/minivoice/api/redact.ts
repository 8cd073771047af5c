const redacted = "[redacted]";
const secretFields = /("(?:api_key|webhook_secret|password|authorization)"\s*:\s*)"(?:[^"\\]|\\.)*"/gi;
const keyShaped = /\bmv_[a-z]+_[A-Za-z0-9_-]{6,}/g;

const credentialsInUrl = /(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@"']+@/gi;

/**
 * Text as it may be shown: known secrets, secret fields of JSON, credentials in URLs and whatever looks like an API key
 * are replaced.
 * Works on text, because a body that is no valid JSON must not leak either.
 */
export function redact(text: string, secrets: readonly (string | undefined)[] = []): string {
  let shown = text
    .replace(secretFields, `$1"${redacted}"`)
    .replace(credentialsInUrl, `$1${redacted}@`)
    .replace(keyShaped, redacted);
  for (const secret of secrets) if (secret) shown = shown.replaceAll(secret, redacted);
  return shown;
}
