import { z } from "zod";
import { ExplainedError } from "./explained-error.ts";
import type { QueuedEvent } from "./queued-event.ts";

/** Apart from the encoding side, because the webhook function loads faster without zod. */
const schema: z.ZodType<QueuedEvent> = z.object({
  version: z.literal(1),
  deliveryId: z.string().min(1),
  standing: z.enum(["accepted", "late", "quarantined"]),
  signedAt: z.iso.datetime(),
  receivedAt: z.iso.datetime(),
  event: z.object({
    event: z.string().min(1),
    createdAt: z.string().optional(),
    callId: z.string().optional(),
    call: z.object({
      applicationId: z.string().optional(),
      customerId: z.string().optional(),
      status: z.string().optional(),
      direction: z.string().optional(),
      from: z.string().optional(),
      to: z.string().optional(),
    }),
    eventKey: z.string().min(1),
  }),
  body: z.union([
    z.object({ utf8: z.string() }),
    z.object({ base64: z.base64() }),
    z.object({ omitted: z.object({ bytes: z.number(), sha256: z.string() }) }),
  ]),
});

/**
 * Reads a queue message.
 *
 * @throws ExplainedError that names the fields that are wrong, without their values, which are a caller's.
 */
export function decodeQueuedEvent(text: string): QueuedEvent {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new ExplainedError("the queue message is no JSON");
  }
  const { data, error } = schema.safeParse(json);
  if (data) return data;
  const fields = error.issues.map(({ path, code }) => `${path.join(".") || "message"} (${code})`);
  throw new ExplainedError(`the queue message is malformed: ${fields.join(", ")}`);
}
