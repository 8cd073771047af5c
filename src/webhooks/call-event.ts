import type { CallFields } from "./event.ts";
import type { QueuedEvent } from "./queued-event.ts";

/** The events that the contract names. More will come. */
export type KnownEvent =
  | "call.created"
  | "call.answered"
  | "call.gathered"
  | "call.completed"
  | "call.failed"
  | "call.canceled"
  | "recording.started"
  | "recording.completed"
  | "recording.failed";

/** What a `gather` collected. A field that is absent was not sent, or not in the form that the contract shows. */
export interface GatheredData {
  digits?: string;
  status?: string;
  timed_out?: boolean;
  min_digits?: number;
  max_digits?: number;
  timeout_seconds?: number;
  finish_on_key?: string;
}

/** What comes with an event, by its name. Only that of `call.gathered` is documented. */
export type EventData<Name extends string> = Name extends "call.gathered"
  ? GatheredData & Record<string, unknown>
  : Record<string, unknown>;

/** An event as hooks and people work with it. */
export type CallEvent<Name extends string = string> = Name extends string
  ? {
      event: Name;
      /** As the vendor sent it, else the time of signing. */
      createdAt: string;
      /** Absent for an event that is about no call. */
      callId?: string;
      call: CallFields;
      variables: Record<string, unknown>;
      data: EventData<Name>;
      /** Signed more than five minutes before it arrived. */
      late: boolean;
      /** The body was too large to be kept, so `variables` and `data` are empty. */
      truncated: boolean;
    }
  : never;

/** The event with all that its body holds. */
export function callEventOf({ event, standing, signedAt, body }: QueuedEvent): CallEvent {
  return {
    event: event.event,
    createdAt: event.createdAt ?? signedAt,
    ...(event.callId !== undefined && { callId: event.callId }),
    call: event.call,
    ...bodyFields(event.event, "utf8" in body ? body.utf8 : ""),
    late: standing === "late",
    truncated: "omitted" in body,
  };
}

/** The parts of a webhook body that belong to its event; empty where the body has none. */
export function bodyFields(event: string, body: string): Pick<CallEvent, "variables" | "data"> {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    json = undefined;
  }
  const { variables, data } = objectOf(json);
  return {
    variables: objectOf(variables),
    data: event === "call.gathered" ? gathered(objectOf(data)) : objectOf(data),
  };
}

/** Without documented fields that are not as documented: whoever works with them may rely on their types. */
const gathered = (data: Record<string, unknown>): EventData<"call.gathered"> =>
  Object.fromEntries(
    Object.entries(data).filter(
      ([name, value]) => typeof value === (typeOf[name as keyof GatheredData] ?? typeof value),
    ),
  );

const typeOf: Record<keyof GatheredData, "string" | "boolean" | "number"> = {
  digits: "string",
  status: "string",
  timed_out: "boolean",
  min_digits: "number",
  max_digits: "number",
  timeout_seconds: "number",
  finish_on_key: "string",
};

const objectOf = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
