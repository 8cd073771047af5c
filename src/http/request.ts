/** What a request came to: an answer, or the reason why there is none. */
export type Outcome = { durationMs: number } & ({ status: number; headers: Headers; text: string } | { error: string });

const LONGEST_ANSWER_BYTES = 256 * 1024;

/**
 * One request with a time limit; what goes wrong is said in words that a person can act on. Redirects are not followed.
 *
 * @param limits.timeoutMs - milliseconds until the answer must have been read to its end.
 * @throws the reason of `limits.signal` when that is aborted, and nothing else.
 * @example await request("https://example.com/answer", { method: "GET" }, { timeoutMs: 5_000, signal })
 */
export async function request(
  url: string,
  init: { method: string; headers?: Record<string, string>; body?: string },
  { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal },
): Promise<Outcome> {
  const started = performance.now();
  const took = () => Math.round(performance.now() - started);
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, {
      ...init,
      redirect: "manual",
      signal: AbortSignal.any([timeout, signal]),
    });
    const text = await limitedText(response);
    return { status: response.status, headers: response.headers, text, durationMs: took() };
  } catch (error) {
    signal.throwIfAborted();
    return {
      error: timeout.aborted ? `no answer within ${timeoutMs / 1_000} seconds` : reason(error, url),
      durationMs: took(),
    };
  }
}

async function limitedText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > LONGEST_ANSWER_BYTES) throw new Error(`the answer is longer than ${LONGEST_ANSWER_BYTES / 1024} KiB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** Reports are read by more people than may know the host. */
function reason(error: unknown, url: string): string {
  const cause = (error as { cause?: NodeJS.ErrnoException }).cause;
  if (cause?.code === "ECONNREFUSED") return "connection refused: nothing listens there";
  if (cause?.code === "ENOTFOUND") return "the host name is unknown";
  if (cause?.code === "EAI_AGAIN") return "the host name cannot be looked up at the moment";
  const text = cause?.message || cause?.code || (error as Error).message;
  return text.replaceAll(URL.parse(url)?.hostname || url, "the host");
}
