/**
 * Everything that the sandbox assumes where the vendor's contract is silent, in one place. Nothing in the sandbox may
 * depend on an unwritten fact without an entry here, so that a flow or a client can be tried under every reading.
 */
interface Choice<Option extends string> {
  /** What is assumed, as a sentence that its options complete. */
  text: string;
  options: readonly Option[];
  default: NoInfer<Option>;
}

interface Timing {
  text: string;
  /** A duration (`5 seconds`), or a list of them (`1 second, 2 seconds`); a list may be `none`. */
  kind: "duration" | "durations";
  default: string;
}

const choice = <const Option extends string>(
  fallback: NoInfer<Option>,
  options: readonly Option[],
  text: string,
): Choice<Option> => ({ text, options, default: fallback });

const timing = (kind: Timing["kind"], fallback: string, text: string): Timing => ({ text, kind, default: fallback });

const catalogue = {
  // The management API
  createStatus: choice("201", ["201", "200"], "A successful POST answers with this status."),
  unknownCall: choice(
    "404-plain",
    ["404-plain", "404-coded", "405"],
    "A call that the account does not have answers 404 in plain text, 404 with the code not_found, or 405.",
  ),
  absentFields: choice(
    "omit",
    ["omit", "empty", "null"],
    'A field without a value is left out, is "", or is null in answers.',
  ),
  unknownFields: choice("refuse", ["refuse", "ignore"], "A field that the contract does not name in a request body."),
  listCount: choice(
    "page",
    ["page", "total", "omit"],
    "count in a list is the length of this page, the number of all objects, or missing.",
  ),
  keyScope: choice(
    "account",
    ["account", "application"],
    "An application's key reaches all applications of the account, or its own only.",
  ),
  timestampPrecision: choice("milliseconds", ["milliseconds", "seconds"], "Precision of RFC 3339 timestamps."),

  // The request to answer_url, and redirects
  answerMethod: choice("GET", ["GET", "POST"], "The method of the first request to answer_url."),
  answerParameters: choice(
    "call",
    ["call", "none"],
    "Requests for actions carry the call ID, from and to, or nothing but digits.",
  ),
  callIdName: choice("call_id", ["call_id", "callId", "id"], "The name under which the call ID is sent."),
  digitsIn: choice(
    "query",
    ["query", "form", "json"],
    "Where a request for actions carries digits and call data. A GET has no body: it uses the query in any case.",
  ),
  digitsName: choice("digits", ["digits", "Digits", "dtmf"], "The name under which gathered digits are sent."),
  silentDigits: choice(
    "absent",
    ["absent", "empty"],
    "After a gather without digits the parameter is missing, or empty.",
  ),
  digitsKept: choice(
    "next-redirect",
    ["next-redirect", "until-next-gather"],
    "Digits are sent with the next redirect only, or with every redirect until the next gather.",
  ),
  answerTimeout: timing("duration", "5 seconds", "How long a request for actions may take."),
  answerRetries: choice("0", ["0", "1", "2"], "How often a failed request for actions is repeated."),
  answerSigned: choice("no", ["no", "yes"], "Whether requests for actions are signed as webhooks are."),
  answered: choice(
    "after-answer-url",
    ["after-answer-url", "before-answer-url"],
    "The call is answered once answer_url gave valid actions, or before it is asked.",
  ),
  emptyList: choice("complete", ["complete", "fail"], "An empty action list ends the call normally, or fails it."),
  maxRedirectsCounts: choice(
    "call",
    ["call", "http"],
    "max_redirects limits the redirect actions of the whole call, or the HTTP redirects (3xx) that one request follows.",
  ),
  maxRedirectsDefault: choice(
    "20",
    ["5", "10", "20"],
    "Redirect actions in one call where max_redirects does not limit them.",
  ),

  // The call
  callTime: choice(
    "simulated",
    ["simulated", "real"],
    "Speech, waiting and talking take no real time, but timestamps advance as if they did; or they really take it.",
  ),
  gatherTimeout: timing("duration", "5 seconds", "How long gather waits without timeout_seconds."),
  finishKey: choice("none", ["none", "#"], "The key that ends a gather without finish_on_key."),
  finishKeyIncluded: choice("no", ["no", "yes"], "Whether the key that ends a gather is among its digits."),
  typeAhead: choice(
    "discard",
    ["discard", "keep"],
    "Digits beyond what a gather takes are lost, or go to the next one.",
  ),
  gatherStatus: choice(
    "completed-timeout-hangup",
    ["completed-timeout-hangup", "ok-timed_out-canceled"],
    "The words for status in call.gathered: enough digits, silence, caller gone.",
  ),
  hangupEvent: choice(
    "call.completed",
    ["call.completed", "call.canceled"],
    "The last event of an answered call in which the caller hangs up.",
  ),
  transferOutcome: choice(
    "answered",
    ["answered", "no-answer"],
    "The destination of a transfer or bridge answers and talks for 30 seconds, or never answers, which fails the call.",
  ),
  conferenceEnd: choice(
    "leaves-room",
    ["leaves-room", "hangs-up"],
    "After 30 seconds in a conference the caller leaves the room, and the rest of the list runs, or hangs up.",
  ),
  rejectedCallEvents: choice(
    "none",
    ["none", "call.failed"],
    "What the application of a rejecting number is told of a refused call.",
  ),

  // Webhooks
  webhookTimestamp: choice("seconds", ["seconds", "milliseconds", "rfc3339"], "The format of X-MiniVoice-Timestamp."),
  webhookTimeout: timing("duration", "10 seconds", "How long a webhook may take."),
  webhookRetries: timing(
    "durations",
    "500 milliseconds, 1 second, 2 seconds",
    "Waits before each repetition of a webhook that was not accepted. Real time; the vendor's is surely longer.",
  ),
  webhookRetrySignature: choice(
    "anew",
    ["anew", "original"],
    "A repeated webhook is signed with a new timestamp, or repeats the first one's headers.",
  ),
  webhookDelivery: choice(
    "once",
    ["once", "twice"],
    "Each accepted event is delivered once, or a second time as well.",
  ),
  eventKeys: choice("all", ["all", "created-only", "none"], "Which events carry data.event_key."),
} satisfies Record<string, Choice<string> | Timing>;

/** The name of an assumption. */
export type AssumptionId = keyof typeof catalogue;

/** A value for every assumption. Durations are text with a unit. */
export type Assumptions = {
  [Id in AssumptionId]: (typeof catalogue)[Id] extends Choice<infer Option> ? Option : string;
};

/** An assumption as a person reads it. */
export interface AssumptionEntry {
  id: AssumptionId;
  text: string;
  /** The values it may take, or the form of the value. */
  options: readonly string[];
  default: string;
  value: string;
}

const ids = Object.keys(catalogue) as AssumptionId[];

const optionsOf = (id: AssumptionId): readonly string[] => {
  const entry: Choice<string> | Timing = catalogue[id];
  if ("options" in entry) return entry.options;
  return [entry.kind === "duration" ? "a duration, such as 5 seconds" : "none, or durations separated by commas"];
};

/**
 * All assumptions, with what was chosen in place of the defaults.
 *
 * @throws Error that names the assumption, the value and what is allowed.
 * @example assume({ digitsIn: "form" }).digitsIn // "form"
 */
export function assume(chosen: Partial<Record<string, unknown>> = {}): Assumptions {
  const checked = Object.entries(chosen)
    .filter(([, value]) => value !== undefined)
    .map(([id, value]) => [id, checkAssumption(id, value)]);
  return { ...Object.fromEntries(ids.map((id) => [id, catalogue[id].default])), ...Object.fromEntries(checked) };
}

function checkAssumption(id: string, value: unknown): string {
  if (!Object.hasOwn(catalogue, id)) throw new Error(`there is no assumption "${id}". Known are: ${ids.join(", ")}`);
  const entry: Choice<string> | Timing = catalogue[id as AssumptionId];
  const options = optionsOf(id as AssumptionId);
  const allowed = typeof value === "string" && ("options" in entry ? options.includes(value) : isTiming(entry, value));
  if (!allowed) throw new Error(`assumption ${id} cannot be ${JSON.stringify(value)}: choose ${options.join(" | ")}`);
  return value;
}

const isTiming = ({ kind }: Timing, value: string): boolean => {
  const times = durations(value);
  return times !== undefined && (kind === "durations" || times.length === 1);
};

/** The assumptions in force, for a person who decides which to switch. */
export const describeAssumptions = (current: Assumptions): AssumptionEntry[] =>
  ids.map((id) => ({
    id,
    text: catalogue[id].text,
    options: optionsOf(id),
    default: catalogue[id].default,
    value: current[id],
  }));

const unitInMilliseconds = { millisecond: 1, second: 1_000, minute: 60_000, hour: 3_600_000 };

/**
 * Milliseconds of each duration in a list, or `undefined` when it is none.
 *
 * @example durations("1 second, 2 minutes") // [1_000, 120_000]
 */
export function durations(text: string): number[] | undefined {
  if (text === "none") return [];
  const times = text.split(",").map((part) => {
    const [, amount, unit] = /^(\d+(?:\.\d+)?) (millisecond|second|minute|hour)s?$/.exec(part.trim()) ?? [];
    return amount && unit ? Number(amount) * unitInMilliseconds[unit as keyof typeof unitInMilliseconds] : undefined;
  });
  return times.every((time) => time !== undefined) ? times : undefined;
}

/** Milliseconds of an assumption that is a duration. */
export const milliseconds = (duration: string): number => durations(duration)?.[0] ?? 0;
