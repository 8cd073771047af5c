/** The API's error envelope: `{"error":{"code","message"}}`. Branch on `code`; both are absent when the answer was no envelope. */
export interface ErrorEnvelope {
  code?: string;
  message?: string;
}

/**
 * A request that MiniVoice refused, or that got no usable answer.
 *
 * `status` is the HTTP status, or 0 when no complete answer arrived. `code` is the vendor's code, or one of ours for
 * what never reached an envelope: `unreachable` (nothing could be sent), `no_answer`, `timeout`, `invalid_response`,
 * `read_only`, `stopped`.
 * Secrets are redacted from `message` and `body` before they get here.
 */
export class MiniVoiceError extends Error {
  override readonly name = "MiniVoiceError";
  readonly status: number;
  readonly code: string | undefined;
  /** Method and path, e.g. `PATCH /v1/dids/did_123`. */
  readonly requestLine: string;
  readonly body: string | undefined;
  /** Whether the request may have taken effect although no answer says so. */
  readonly outcomeUnknown: boolean;

  constructor(details: {
    status: number;
    code?: string | undefined;
    message: string;
    requestLine: string;
    body?: string | undefined;
    outcomeUnknown?: boolean;
  }) {
    super(details.message);
    this.status = details.status;
    this.code = details.code;
    this.requestLine = details.requestLine;
    this.body = details.body;
    this.outcomeUnknown = details.outcomeUnknown ?? false;
  }

  /** Only the vendor's own word proves that an object is gone: a proxy or a missing route answers 404 too, without a code. */
  get provesAbsence(): boolean {
    return this.status === 404 && this.code === "not_found";
  }

  /** How an account answers a call that it does not have. */
  get isUnsupported(): boolean {
    return this.status === 405 || (this.status === 404 && this.code !== "not_found");
  }
}

/** The client's settings do not make sense; nothing was sent. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
}
