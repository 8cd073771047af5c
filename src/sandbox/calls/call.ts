import { z } from "zod";

/** Milliseconds; of the call's own clock where it is a moment in the call. */
const duration = z.number();
/** RFC 3339 with milliseconds, by the call's own clock. */
const at = z.string();

/** One thing that happened in a call. Together they are its transcript. */
const entrySchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("dialed"), at, from: z.string(), to: z.string() }),
  z.object({ kind: z.literal("routed"), at, applicationId: z.string(), applicationName: z.string() }),
  /** The number does not take calls. */
  z.object({ kind: z.literal("refused"), at, reason: z.string() }),
  /** A request for actions: the first one, or a redirect. Real time. */
  z.object({
    kind: z.literal("fetched"),
    at,
    cause: z.enum(["answer_url", "redirect"]),
    method: z.string(),
    /** As the flow or the application names it. */
    url: z.string(),
    /** Parameters that the sandbox added, and where: how a vendor does it is an assumption. */
    sent: z.record(z.string(), z.string()),
    sentIn: z.enum(["query", "form", "json"]),
    status: z.number().optional(),
    error: z.string().optional(),
    durationMs: duration,
    actions: z.array(z.string()).optional(),
    /** The answer as it came, where it gave valid actions. */
    answer: z.string().optional(),
  }),
  z.object({ kind: z.literal("answered"), at }),
  z.object({ kind: z.literal("said"), at, text: z.string() }),
  z.object({
    kind: z.literal("asked"),
    at,
    prompt: z.string().optional(),
    expects: z.string(),
    timeoutSeconds: z.number(),
  }),
  z.object({
    kind: z.literal("gathered"),
    at,
    digits: z.string(),
    ended: z.enum(["digits", "timeout", "hangup"]),
    /** Digits that the caller pressed beyond what was asked, and that were lost. */
    discarded: z.string().optional(),
  }),
  z.object({
    kind: z.literal("connected"),
    at,
    action: z.enum(["transfer", "bridge"]),
    destination: z.string(),
    talkedSeconds: z.number(),
  }),
  z.object({ kind: z.literal("joined"), at, room: z.string(), stayedSeconds: z.number() }),
  /** Any other action, as a sentence. */
  z.object({ kind: z.literal("did"), at, action: z.string(), text: z.string() }),
  /** What a person should know about how this was simulated. */
  z.object({ kind: z.literal("note"), at, text: z.string() }),
  z.object({ kind: z.literal("hung-up"), at, by: z.enum(["caller", "platform", "conversation"]) }),
  z.object({ kind: z.literal("failed"), at, reason: z.string() }),
]);

const attemptSchema = z.object({
  /** Real time. */
  at: z.string(),
  status: z.number().optional(),
  error: z.string().optional(),
  durationMs: duration,
});

const deliverySchema = z.object({
  event: z.string(),
  eventKey: z.string().optional(),
  /** The event's own time stamp. */
  createdAt: z.string(),
  url: z.string(),
  /** `X-MiniVoice-Timestamp` of the last attempt; absent while the application has no `webhook_secret`. */
  signedAt: z.string().optional(),
  /** The raw body, as it is signed. */
  body: z.string(),
  /** `pending`: attempts are left. `given-up`: the last one failed too. */
  state: z.enum(["pending", "accepted", "given-up"]),
  attempts: z.array(attemptSchema),
});

/** The call as answers and webhooks show it. */
const wireCallSchema = z.object({
  id: z.string(),
  customer_id: z.string(),
  application_id: z.string().optional(),
  status: z.enum(["dialing", "in_progress", "completed", "failed", "canceled"]),
  direction: z.literal("inbound"),
  from: z.string(),
  to: z.string(),
  route_mode: z.enum(["webhook", "reject"]),
});

export const callSchema = z.object({
  wire: wireCallSchema,
  startedAt: z.string(),
  endedAt: z.string().optional(),
  /** Whether `call.answered` happened. */
  answered: z.boolean(),
  /** Why the call failed or was refused, so that the flow can be mended. */
  failure: z.string().optional(),
  transcript: z.array(entrySchema),
  deliveries: z.array(deliverySchema),
});

export type CallRecord = z.infer<typeof callSchema>;
export type WireCall = z.infer<typeof wireCallSchema>;
export type TranscriptEntry = z.infer<typeof entrySchema>;
export type Delivery = z.infer<typeof deliverySchema>;

/** A transcript entry without its time, which the call's clock adds. */
export type Happening = TranscriptEntry extends infer Entry
  ? Entry extends TranscriptEntry
    ? Omit<Entry, "at">
    : never
  : never;
