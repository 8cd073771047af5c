import { setTimeout as sleep } from "node:timers/promises";
import { Pool } from "undici";
import * as z from "zod";
import { debugLog, type RequestRecord } from "./debug-log.ts";
import { type ErrorEnvelope, MiniVoiceError } from "./errors.ts";
import { redact } from "./redact.ts";
import { backOff, isRepeatable, isTransient, isUnclear, isWrite, retryAfter } from "./retry.ts";
import { errorEnvelopeSchema } from "./schema.ts";
import type { Settings } from "./settings.ts";
import { Throttle } from "./throttle.ts";

type Method = "GET" | "POST" | "PATCH" | "DELETE";

/** One attempt's answer, read to its end. */
interface Answer {
  status: number;
  text: string;
  retryAfter: string | undefined;
}

/** A request's last answer, and whether an attempt before it may have taken effect although nobody heard of it. */
type LastAnswer = Answer & { mayHaveHappened: boolean };

const longestBody = 20 * 1024 * 1024;

/**
 * Sends requests to MiniVoice and turns every way in which that can fail into a {@link MiniVoiceError}.
 *
 * Keeps connections alive, stays within the rate and concurrency limits, repeats what is safe to repeat
 * (never POST), honours `Retry-After`, gives up when the total time is over, and shows no secret in any error.
 */
export class Http {
  readonly #settings: Settings;
  readonly #pool: Pool;
  readonly #throttle: Throttle;
  readonly #log: ((record: RequestRecord) => void) | undefined;
  readonly #stopped = new AbortController();
  readonly #basePath: string;
  #hasAnswered = false;

  constructor(settings: Settings) {
    this.#settings = settings;
    const base = new URL(settings.baseUrl);
    this.#basePath = base.pathname.replace(/\/+$/, "");
    this.#pool = new Pool(base.origin, {
      connections: settings.concurrency,
      headersTimeout: settings.timeout,
      bodyTimeout: settings.timeout,
      connect: { timeout: settings.timeout },
    });
    this.#throttle = new Throttle(settings);
    this.#log = debugLog();
  }

  /** Ends what is under way and refuses what comes after, e.g. because the engine is gone. */
  stop(reason: string): void {
    const why = new Error(reason);
    this.#stopped.abort(why);
    void this.#pool.destroy(why);
  }

  async close(): Promise<void> {
    if (!this.#pool.closed && !this.#pool.destroyed) await this.#pool.close();
  }

  /** Resolves once no request is under way or waits for its turn; one that waits to be repeated does not count. */
  idle(): Promise<void> {
    return this.#throttle.idle();
  }

  /**
   * Sends one request and returns its answer as `schema` reads it; `undefined` for an empty answer (204).
   *
   * @throws MiniVoiceError
   */
  async send<Schema extends z.ZodType>(
    method: Method,
    path: string,
    schema: Schema,
    body?: object,
  ): Promise<z.output<Schema>> {
    const requestLine = `${method} ${path}`;
    if (this.#settings.readOnly && method !== "GET")
      throw new MiniVoiceError({
        status: 0,
        code: "read_only",
        requestLine,
        message: `${requestLine} was not sent: this client only reads`,
      });

    const answer = await this.#answer(method, path, body);
    if (answer.status < 200 || answer.status > 299) throw this.#refusal(requestLine, answer);

    const invalid = (why: string) =>
      new MiniVoiceError({
        status: answer.status,
        code: "invalid_response",
        requestLine,
        message: `MiniVoice answered ${requestLine} with ${answer.status}, but ${why}`,
        body: this.#shown(answer.text),
        outcomeUnknown: isWrite(method),
      });
    let json: unknown;
    try {
      json = answer.text === "" ? undefined : JSON.parse(answer.text);
    } catch {
      throw invalid("the body is no JSON");
    }
    const parsed = schema.safeParse(json);
    if (!parsed.success)
      throw invalid(`the body is not as documented: ${z.prettifyError(parsed.error).replace(/\s*\n\s*/g, "; ")}`);
    return parsed.data;
  }

  async #answer(method: Method, path: string, body: object | undefined): Promise<LastAnswer> {
    const requestLine = `${method} ${path}`;
    let deadline = Number.POSITIVE_INFINITY;
    let mayHaveHappened = false;
    for (let attempt = 1; ; attempt++) {
      const turn = this.#throttle.run(() => {
        // Waiting for a turn among thousands is not the API's fault, so the clock starts with the first attempt.
        if (attempt === 1) deadline = performance.now() + this.#settings.totalTimeout;
        return this.#attempt(method, path, body, attempt);
      }, this.#stopped.signal);
      const outcome = await turn.catch((error) => this.#noAnswer(requestLine, error, attempt, mayHaveHappened));
      if (!(outcome instanceof MiniVoiceError) && !isTransient(outcome.status)) {
        this.#throttle.speedUp();
        return { ...outcome, mayHaveHappened };
      }

      const asked = outcome instanceof MiniVoiceError ? undefined : retryAfter(outcome.retryAfter, Date.now());
      const pause = asked ?? backOff(attempt, this.#settings.retryPause);
      const isInTime = performance.now() + pause < deadline;
      // A time that no request waits for must not keep all others waiting either.
      if (outcome.status === 429) this.#throttle.slowDown(isInTime ? pause : 0);
      if (!isRepeatable(method) || attempt > this.#settings.retries || !isInTime || this.#isHopeless(outcome)) {
        if (outcome instanceof MiniVoiceError) throw outcome;
        return { ...outcome, mayHaveHappened };
      }
      mayHaveHappened ||=
        outcome instanceof MiniVoiceError ? outcome.outcomeUnknown : isWrite(method) && isUnclear(outcome.status);
      await sleep(pause, undefined, { signal: this.#stopped.signal }).catch(() => undefined);
    }
  }

  /** A host that never answered and is not to be reached is not busy: a setting is wrong, and stays so. */
  #isHopeless(outcome: Answer | MiniVoiceError): boolean {
    if (!(outcome instanceof MiniVoiceError)) return false;
    return outcome.code === "stopped" || (outcome.code === "unreachable" && !this.#hasAnswered);
  }

  async #attempt(method: Method, path: string, body: object | undefined, attempt: number): Promise<Answer> {
    const started = performance.now();
    let status = 0;
    try {
      const response = await this.#pool.request({
        method,
        path: this.#basePath + path,
        headers: {
          authorization: `Bearer ${this.#settings.apiKey}`,
          accept: "application/json",
          "user-agent": this.#settings.userAgent,
          ...(body ? { "content-type": "application/json" } : {}),
        },
        body: body ? JSON.stringify(body) : null,
        signal: AbortSignal.timeout(this.#settings.timeout),
      });
      const chunks: Buffer[] = [];
      let length = 0;
      for await (const chunk of response.body as AsyncIterable<Buffer>) {
        length += chunk.length;
        if (length > longestBody) throw new Error(`the answer is longer than ${longestBody} bytes`);
        chunks.push(chunk);
      }
      status = response.statusCode;
      this.#hasAnswered = true;
      const header = response.headers["retry-after"];
      return {
        status,
        text: Buffer.concat(chunks).toString("utf8"),
        retryAfter: Array.isArray(header) ? header[0] : header,
      };
    } finally {
      this.#log?.({ method, path, status, attempt, milliseconds: Math.round(performance.now() - started) });
    }
  }

  #noAnswer(requestLine: string, error: unknown, attempt: number, mayHaveHappened: boolean): MiniVoiceError {
    const { name, message, code: cause = "" } = error as Error & { code?: string };
    const where = new URL(this.#settings.baseUrl).origin;
    const notSent = whyUnreachable(cause);
    const [code, why] = this.#stopped.signal.aborted
      ? ["stopped", (this.#stopped.signal.reason as Error).message]
      : name === "TimeoutError" || cause.includes("TIMEOUT")
        ? ["timeout", `no answer within ${this.#settings.timeout / 1_000} seconds`]
        : notSent
          ? ["unreachable", notSent]
          : ["no_answer", reasons[cause] ?? message];
    return new MiniVoiceError({
      status: 0,
      code,
      requestLine,
      message: `MiniVoice at ${where} did not answer ${requestLine}: ${this.#shown(why)}${attempt > 1 ? ` (tried ${attempt} times)` : ""}`,
      outcomeUnknown: mayHaveHappened || (isWrite(requestLine) && code !== "unreachable"),
    });
  }

  #refusal(requestLine: string, { status, text, mayHaveHappened }: LastAnswer): MiniVoiceError {
    const { code, message }: ErrorEnvelope = envelopeOf(text);
    const said =
      code || message
        ? `${message ?? "no message"} (${code ?? "no code"})`
        : "no error code, so it is not the API's own answer";
    const hint =
      status === 401
        ? ". Check MINIVOICE_API_KEY, or the configuration value minivoice:apiKey"
        : status === 429
          ? ". Lower minivoice:requestsPerSecond, or try again later"
          : "";
    return new MiniVoiceError({
      status,
      code,
      requestLine,
      message: `MiniVoice refused ${requestLine} with ${status}: ${this.#shown(said)}${hint}`,
      body: this.#shown(text),
      outcomeUnknown: mayHaveHappened || (isWrite(requestLine) && isUnclear(status)),
    });
  }

  #shown(text: string): string {
    const shown = redact(text, [this.#settings.apiKey]);
    return shown.length > 2_000 ? `${shown.slice(0, 2_000)} …` : shown;
  }
}

/** Why a request that may have been sent got no answer. */
const reasons: Record<string, string> = {
  ECONNRESET: "the connection was reset",
  UND_ERR_SOCKET: "the connection was closed before the answer was complete",
};

/** Why nothing could be sent. */
const unreachable: Record<string, string> = {
  ECONNREFUSED:
    "nothing listens there (is minivoice:baseUrl right? For the local stack, `npm start` starts the sandbox)",
  ENOTFOUND: "the host name is unknown (is minivoice:baseUrl right?)",
  EAI_AGAIN: "the host name cannot be looked up (is there a network?)",
  EHOSTUNREACH: "there is no way to the host (is there a network?)",
  ENETUNREACH: "there is no way to the host (is there a network?)",
};

/** What is wrong with the other side's certificate, or with the way in which it speaks. */
const isInsecure = (cause: string): boolean => /^ERR_(SSL|TLS)_|CERT|^UNABLE_TO_/.test(cause);

const whyUnreachable = (cause: string): string | undefined =>
  isInsecure(cause) ? `there is no secure connection (${cause}): is minivoice:baseUrl right?` : unreachable[cause];

function envelopeOf(text: string): ErrorEnvelope {
  try {
    const parsed = errorEnvelopeSchema.safeParse(JSON.parse(text));
    if (!parsed.success) return {};
    const { code, message } = parsed.data.error;
    return { ...(code ? { code } : {}), ...(message ? { message } : {}) };
  } catch {
    return {};
  }
}
