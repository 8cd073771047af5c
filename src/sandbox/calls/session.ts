import type { Account } from "../account.ts";
import type { Assumptions } from "../assumptions.ts";
import type { StoredApplication, StoredDid } from "../state.ts";
import { timestamp } from "../wire.ts";
import type { CallRecord, Delivery, Happening, TranscriptEntry, WireCall } from "./call.ts";
import type { Caller } from "./caller.ts";
import { CallClock } from "./clock.ts";

/** The events of a call, by the contract. */
export type CallEvent =
  | "call.created"
  | "call.answered"
  | "call.gathered"
  | "call.completed"
  | "call.failed"
  | "call.canceled"
  | "recording.started"
  | "recording.completed";

/** Events that occur once, so that the name alone tells them apart within a call. */
const once = new Set<CallEvent>(["call.created", "call.answered", "call.completed", "call.failed", "call.canceled"]);

/** What a session needs from the house. */
export interface SessionParts {
  account: Account;
  caller: Caller;
  signal: AbortSignal;
  /** Sends a webhook in the background. */
  send: (delivery: Delivery) => void;
}

/** One call while it runs: its record, its clock, and what the application is told of it. */
export class CallSession {
  readonly record: CallRecord;
  readonly clock: CallClock;
  readonly caller: Caller;
  readonly signal: AbortSignal;
  /** As they were when the call began. */
  readonly assumptions: Assumptions;
  readonly application: StoredApplication | undefined;
  /** Digits that the next redirect carries; `""` after a gather in which nothing was pressed. */
  digits: string | undefined;
  redirects = 0;
  recording: { id: string; startedAt: number } | undefined;
  readonly #send: (delivery: Delivery) => void;
  #events = 0;

  constructor(did: StoredDid, from: string, { account, caller, signal, send }: SessionParts) {
    this.assumptions = account.assumptions;
    this.application = did.application_id === undefined ? undefined : account.application(did.application_id);
    this.clock = new CallClock(this.assumptions.callTime === "real", signal);
    this.caller = caller;
    this.signal = signal;
    this.#send = send;
    const wire: WireCall = {
      id: account.newCallId(),
      customer_id: account.customerId,
      ...(did.application_id !== undefined && { application_id: did.application_id }),
      status: "dialing",
      direction: "inbound",
      from,
      to: did.number_e164,
      route_mode: did.route_mode,
    };
    const startedAt = new Date(this.clock.now()).toISOString();
    this.record = { wire, startedAt, answered: false, transcript: [], deliveries: [] };
  }

  /** Adds a line to the transcript. */
  tell(happening: Happening): undefined {
    this.record.transcript.push({ ...happening, at: new Date(this.clock.now()).toISOString() } as TranscriptEntry);
  }

  /** Tells the application, if it wants to be told. */
  emit(event: CallEvent, data: Record<string, unknown> = {}): void {
    const url = this.application?.webhook_url;
    if (!url) return;
    const created_at = timestamp(this.clock.now(), this.assumptions);
    const eventKey = this.#eventKey(event);
    const body = {
      event,
      created_at,
      call: this.record.wire,
      variables: {},
      data: { ...(eventKey !== undefined && { event_key: eventKey }), ...data },
    };
    const delivery: Delivery = {
      event,
      ...(eventKey !== undefined && { eventKey }),
      createdAt: created_at,
      url,
      body: JSON.stringify(body),
      state: "pending",
      attempts: [],
    };
    this.record.deliveries.push(delivery);
    this.#send(delivery);
  }

  #eventKey(event: CallEvent): string | undefined {
    const { eventKeys } = this.assumptions;
    this.#events += 1;
    if (eventKeys === "none" || (eventKeys === "created-only" && event !== "call.created")) return undefined;
    const name = `${this.record.wire.id}:${event}`;
    return once.has(event) ? name : `${name}:${this.#events}`;
  }
}
