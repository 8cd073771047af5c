import { parseSecretParameter } from "../webhooks/secret-parameter.ts";
import type { WebhookSecrets } from "../webhooks/signature.ts";
import { type Log, logged } from "./log.ts";

/** The webhook secrets, as the parameter store has them. */
export interface SecretStore {
  /** The secrets, at most five minutes old as long as the store answers. @throws when there never was an answer. */
  current(): Promise<WebhookSecrets>;
  /**
   * The secrets for a signature that {@link current} does not know: the store is asked again, unless that was done within
   * the last ten seconds. @throws when the store did not answer, so that nobody can tell whose the signature is.
   */
  newest(): Promise<WebhookSecrets>;
}

const REFRESH_AFTER_MS = 5 * 60_000;
/** Anybody can send unknown signatures. However many come, the store is asked no more often than this. */
const REREAD_AFTER_MS = 10_000;
/** A store that does not answer is left alone for so long, while deliveries get a quick 503. */
const RETRY_AFTER_MS = 1_000;

/**
 * Reads the secrets and keeps them in memory, with one read under way at most. Secrets that were read once work on while the
 * store does not answer.
 *
 * It resolves with the first answer, good or bad: a function that waits for it while it loads is not frozen by Lambda in the
 * middle of the request.
 *
 * @param read - asks the store for the parameter's text.
 */
export async function openSecretStore(
  read: () => Promise<string>,
  log: Log,
  now: () => number = Date.now,
): Promise<SecretStore> {
  let known: WebhookSecrets | undefined;
  let failure: unknown;
  let readAt = Number.NEGATIVE_INFINITY;
  let failedAt = Number.NEGATIVE_INFINITY;
  let rereadAt = Number.NEGATIVE_INFINITY;
  let underWay: Promise<void> | undefined;

  /** Never rejects: what came of it is in the variables above. */
  const ask = (): Promise<void> => {
    underWay ??= (async () => {
      const startedAt = now();
      try {
        known = parseSecretParameter(await read());
        readAt = startedAt;
        failure = undefined;
      } catch (error) {
        failure = error;
        failedAt = now();
        log.error("secrets not read", { ...logged(error), known: known !== undefined });
      } finally {
        underWay = undefined;
      }
    })();
    return underWay;
  };

  await ask();
  return {
    async current() {
      const patience = known ? REREAD_AFTER_MS : RETRY_AFTER_MS;
      if (now() - readAt >= REFRESH_AFTER_MS && now() - failedAt >= patience) await ask();
      if (known) return known;
      throw failure;
    },
    async newest() {
      // A read that began before the delivery came may not know its secret yet; one for another unknown signature does.
      await underWay;
      if (now() - rereadAt >= REREAD_AFTER_MS) {
        rereadAt = now();
        void ask();
      }
      await underWay;
      if (known && failure === undefined) return known;
      throw failure;
    },
  };
}
