import { z } from "zod";

/** One key of a telephone. */
export type DtmfKey = "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "*" | "#" | "A" | "B" | "C" | "D";

/** Keys to be sent, and waits between them: at least one. Only the first is told by the type, each is checked. */
export type Digits = `${DtmfKey | "w" | "W" | ","}${string}`;

/** Where a call is put through to: an E.164 number such as `+15550100123`, or a SIP URI such as `sip:desk@example.com`. */
export type Destination = `+${bigint}` | `sip:${string}` | `sips:${string}`;

/** The whole numbers from one to the other, both included, so that an editor underlines a time limit out of range. */
export type WholeNumber<From extends number, To extends number> = Exclude<Below<To>, Below<From>> | To;
type Below<Limit extends number, Counted extends number[] = []> = Counted["length"] extends Limit
  ? Counted[number]
  : Below<Limit, [...Counted, Counted["length"]]>;

/** E.164 by syntax alone: no numbering plan is consulted, so fictitious test numbers pass. */
const E164 = /^\+[1-9]\d{6,14}$/;
const SIP_URI =
  /^sips?:(?:[^\s@<>"]+@)?(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::\d{1,5})?(?:;[^\s;?<>"]+)*(?:\?[^\s<>"]+)?$/i;

/** The same check, with the type of what passes it. */
const typed = <T>(schema: z.ZodType) => schema as z.ZodType<T, T>;

/** Every rule is one phrase, said the same way whether the value is missing, of the wrong type or out of range. */
const wholeNumber = (min: number, max: number) => {
  const error =
    max === Number.MAX_SAFE_INTEGER
      ? `must be a whole number, ${min} or more`
      : `must be a whole number from ${min} to ${max}`;
  return z.int({ error }).min(min, { error }).max(max, { error });
};
/** A number that is one of few: the type says which. */
const fewWholeNumbers = <const Min extends number, const Max extends number>(min: Min, max: Max) =>
  typed<WholeNumber<Min, Max>>(wholeNumber(min, max));
const atLeast = (min: number) => wholeNumber(min, Number.MAX_SAFE_INTEGER);
const text = (error: string, pattern: RegExp) => z.string({ error }).regex(pattern, { error });
const oneOf = <const T extends [string, ...string[]]>(...values: T) =>
  z.enum(values, { error: `must be one of ${values.join(", ")}` });
const flag = z.boolean({ error: "must be true or false" });
const url = <const Protocol extends string>(...protocols: Protocol[]) => {
  const error = `must be an absolute ${protocols.map((protocol) => `${protocol}//`).join(" or ")} URL`;
  const isAbsolute = (value: string) => protocols.some((protocol) => value.toLowerCase().startsWith(`${protocol}//`));
  const absolute = z.string({ error }).refine((value) => isAbsolute(value) && URL.canParse(value), { error });
  return typed<`${Protocol}//${string}`>(absolute);
};

const words = text("must be text that is not empty", /\S/);
const aDestination = "must be an E.164 number such as +15550100123, or a SIP URI";
const destination = typed<Destination>(
  z.string({ error: aDestination }).refine((value) => E164.test(value) || SIP_URI.test(value), { error: aDestination }),
);
const dtmfKey = typed<DtmfKey>(text("must be one DTMF key: 0-9, *, # or A-D", /^[0-9*#A-D]$/));
const direction = oneOf("read", "write", "both");
const streamUrl = url("wss:");
const track = oneOf("inbound", "outbound", "both");

/** The contract's fifteen actions in their typed form. Fields that the contract does not know are refused: most are typing errors. */
const typedAction = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("say"), text: words }),
  z
    .strictObject({
      type: z.literal("gather"),
      prompt: words.optional(),
      num_digits: atLeast(1).optional(),
      max_digits: atLeast(1).optional(),
      min_digits: atLeast(0).optional(),
      timeout_seconds: fewWholeNumbers(1, 30).optional(),
      finish_on_key: dtmfKey.optional(),
    })
    .refine(({ min_digits, max_digits }) => (min_digits ?? 0) <= (max_digits ?? Number.MAX_SAFE_INTEGER), {
      path: ["min_digits"],
      error: "must not exceed max_digits",
    }),
  z.strictObject({
    type: z.literal("send_digits"),
    digits: typed<Digits>(text("must be digits of 0-9 * # A-D w W and comma, at least one", /^[0-9*#A-DwW,]+$/)),
    pause_before_ms: wholeNumber(0, 60_000).optional(),
  }),
  z.strictObject({
    type: z.literal("redirect"),
    url: url("https:", "http:"),
    method: oneOf("GET", "POST").optional(),
    max_redirects: fewWholeNumbers(0, 20).optional(),
  }),
  z.strictObject({ type: z.literal("transfer"), destination }),
  z.strictObject({ type: z.literal("bridge"), destination }),
  z.strictObject({
    type: z.literal("conference"),
    room: text("must be a name of letters, digits, '.', '-' and '_'", /^[A-Za-z0-9._-]+$/),
    mute: flag.optional(),
    end_on_exit: flag.optional(),
  }),
  z.strictObject({ type: z.literal("hold") }),
  z.strictObject({ type: z.literal("resume") }),
  z.strictObject({ type: z.literal("mute"), direction }),
  z.strictObject({ type: z.literal("unmute"), direction }),
  z.strictObject({ type: z.literal("start_recording") }),
  z.strictObject({ type: z.literal("stop_recording") }),
  z.strictObject({ type: z.literal("start_stream"), stream_url: streamUrl, track: track.optional() }),
  z.strictObject({
    type: z.literal("stop_stream"),
    stream_url: streamUrl.optional(),
    track: track.optional(),
  }),
]);

/** The name of one of the fifteen actions. */
export type ActionType = Action["type"];

/** One action, normalised to the typed form: `{ type: "say", text: "Hello." }`. */
export type Action = z.output<typeof typedAction>;

/** The names of all actions that the contract supports. */
export const actionTypes: ActionType[] = typedAction.options.map(({ shape }) => shape.type.value);

const isActionType = (name: unknown): name is ActionType => actionTypes.includes(name as ActionType);
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * The vendor shows `{"say": {…}}` and `{"type": "say", …}` and contradicts itself on which goes where,
 * so each action is understood in both forms, and everything behind this line sees the typed one.
 */
function toTyped(raw: unknown, context: z.RefinementCtx): unknown {
  const refuse = (message: string, path: string[] = []): never => {
    context.addIssue({ code: "custom", message, path, input: raw });
    return z.NEVER;
  };
  const supported = `must be one of ${actionTypes.join(", ")}`;

  if (!isObject(raw)) return refuse("must be an object");
  if ("type" in raw) return isActionType(raw.type) ? raw : refuse(supported, ["type"]);

  const [name, ...others] = Object.keys(raw);
  if (name === undefined || others.length > 0)
    return refuse('must name exactly one action, as {"say": {…}} or {"type": "say", …}');
  if (!isActionType(name)) return refuse(supported, ["type"]);
  const fields = raw[name];
  if (!isObject(fields)) return refuse("must be an object with the action's fields", [name]);
  if ("type" in fields) return refuse("must not be given inside the keyed form", ["type"]);
  return { type: name, ...fields };
}

/** One action in either form; the result is the typed form. */
export const actionSchema = z.preprocess(toTyped, typedAction);

/**
 * What an `answer_url` returns, strictly by the contract. Accepts the keyed and the typed form of every action and
 * normalises to the typed one. An empty list passes: the contract does not say what it sounds like.
 *
 * @example actionListSchema.parse({ actions: [{ say: { text: "Hi." } }] }) // { actions: [{ type: "say", text: "Hi." }] }
 */
export const actionListSchema = z.strictObject({
  actions: z.array(actionSchema, { error: "must be a list of actions" }),
});

/** What an `answer_url` returns, normalised: `{ actions: [{ type: "say", text: "Hi." }] }`. */
export type ActionList = z.output<typeof actionListSchema>;

/** One reason why an action list is refused. */
export interface ActionProblem {
  /** Position in `actions`, from 0; absent when the answer as a whole is wrong. */
  index?: number;
  /** The action's name as far as it can be told. */
  action?: string;
  /** The field that is wrong, `""` for the action (or the answer) as a whole. */
  field: string;
  /** What was found there; `undefined` when it is missing. */
  value: unknown;
  /** What it must be. */
  rule: string;
}

/**
 * Checks an answer, already parsed from JSON, by the contract.
 *
 * @returns the actions in typed form, or every problem with its place.
 * @example
 * checkActionList({ actions: [{ gather: { timeout_seconds: 45 } }] })
 * // { ok: false, problems: [{ index: 0, action: "gather", field: "timeout_seconds", value: 45, rule: "must be a whole number from 1 to 30" }] }
 */
export function checkActionList(
  json: unknown,
): { ok: true; actions: Action[] } | { ok: false; problems: ActionProblem[] } {
  const result = actionListSchema.safeParse(json);
  if (result.success) return { ok: true, actions: result.data.actions };
  return { ok: false, problems: result.error.issues.flatMap((issue) => problemsOf(json, issue)) };
}

/**
 * One line for people and logs.
 *
 * @example "actions[1] gather.timeout_seconds: must be a whole number from 1 to 30, but is 45"
 */
export function describeProblem(problem: ActionProblem): string {
  const { index, action, field } = problem;
  const place = index === undefined ? "answer" : `actions[${index}]`;
  const name = [action, field].filter(Boolean).join(".");
  return `${name ? `${place} ${name}` : place}: ${describeRule(problem)}`;
}

/**
 * The problem without its place, for those who know a better one.
 *
 * @example "must be a whole number from 1 to 30, but is 45"
 */
export const describeRule = ({ value, rule }: ActionProblem): string =>
  `${rule}, but ${value === undefined ? "is missing" : `is ${shorten(JSON.stringify(value))}`}`;

const shorten = (json: string) => (json.length > 80 ? `${json.slice(0, 79)}…` : json);

function problemsOf(json: unknown, issue: z.core.$ZodIssue): ActionProblem[] {
  const [, index] = issue.path;
  if (typeof index !== "number") {
    const keys = issue.code === "unrecognized_keys" ? issue.keys : issue.path.map(String);
    const rule = issue.code === "invalid_type" && keys.length === 0 ? "must be an object" : ruleOf(issue);
    return (keys.length ? keys : [""]).map((field) => ({ field, value: valueAt(json, field), rule }));
  }
  const raw = (json as { actions: unknown[] }).actions[index];
  const action = nameOf(raw);
  const fields = isObject(raw) && !("type" in raw) && action !== undefined && action in raw ? raw[action] : raw;
  const path = issue.code === "unrecognized_keys" ? issue.keys : issue.path.slice(2).map(String);
  return (path.length ? path : [""]).map((field) => {
    const value = field === action ? fields : field === "type" && !isObject(raw) ? raw : valueAt(fields, field);
    return {
      index,
      ...(action === undefined ? {} : { action }),
      field: field === action ? "" : field,
      value: field === "type" && value === undefined ? action : value,
      rule: ruleOf(issue),
    };
  });
}

const ruleOf = (issue: z.core.$ZodIssue) =>
  issue.code === "unrecognized_keys" ? "is not a known field" : issue.message;

const valueAt = (value: unknown, field: string): unknown =>
  field === "" ? value : isObject(value) && Object.hasOwn(value, field) ? value[field] : undefined;

function nameOf(raw: unknown): string | undefined {
  if (!isObject(raw)) return undefined;
  if ("type" in raw) return typeof raw.type === "string" ? raw.type : undefined;
  const names = Object.keys(raw);
  return names.length === 1 ? names[0] : undefined;
}
