/** What a function that reports failures of single messages says about its batch. */

/**
 * The messages of a batch that failed.
 *
 * @param result JSON text, as the runtime passes it on.
 * @param messageIds The messages of the batch.
 * @returns `undefined` when all of it failed, because the answer makes no sense: Lambda then believes nothing of it.
 * @example failedMessages('{"batchItemFailures":[{"itemIdentifier":"a"}]}', ["a", "b"]) // Set {"a"}
 */
export function failedMessages(result: string, messageIds: readonly string[]): ReadonlySet<string> | undefined {
  const response: unknown = JSON.parse(result);
  // Nothing, an empty response and an empty list all mean that everything went well.
  if (response === null) return new Set();
  if (typeof response !== "object" || Array.isArray(response)) return undefined;
  const { batchItemFailures = null } = response as { batchItemFailures?: unknown };
  if (batchItemFailures === null) return new Set();
  if (!Array.isArray(batchItemFailures)) return undefined;
  const failed = batchItemFailures.map((failure: { itemIdentifier?: string } | null) => failure?.itemIdentifier);
  return failed.every((id) => id !== undefined && messageIds.includes(id)) ? new Set(failed as string[]) : undefined;
}
