import type { Account } from "../account.ts";
import { ApiError } from "../errors.ts";
import type { CallRecord, Delivery } from "./call.ts";
import type { CallLog } from "./call-log.ts";
import { Caller, type CallerScript } from "./caller.ts";
import { deliver } from "./delivery.ts";
import { runCall } from "./run-call.ts";
import { CallSession } from "./session.ts";

/** A call to place. */
export interface CallRequest extends CallerScript {
  to: string;
  from?: string | undefined;
  cancel: boolean;
}

/** A number that nobody has. */
const CALLER = "+15550100199";

/** Places calls, and sends what applications are to be told of them. */
export class Switchboard {
  readonly #account: Account;
  readonly #calls: CallLog;
  readonly #stop = new AbortController();
  readonly #busy = new Set<Promise<unknown>>();

  constructor(account: Account, calls: CallLog) {
    this.#account = account;
    this.#calls = calls;
  }

  /**
   * Returns when the call has ended and each of its webhooks was accepted or given up.
   *
   * @throws ApiError when the account does not have the number.
   */
  place({ to, from = CALLER, cancel, ...script }: CallRequest): Promise<CallRecord> {
    const did = this.#account.dids.find(({ number_e164 }) => number_e164 === to);
    if (!did) throw new ApiError(404, "not_found", `this account has no number ${to}`);
    const deliveries: Promise<void>[] = [];
    const session = new CallSession(did, from, {
      account: this.#account,
      caller: new Caller(script),
      signal: this.#stop.signal,
      send: (delivery) => deliveries.push(this.#track(this.#deliver(session.record, delivery))),
    });
    return this.#track(
      (async () => {
        await this.#calls.save(session.record);
        await runCall(session, { cancel });
        session.record.endedAt = new Date(session.clock.now()).toISOString();
        await this.#calls.save(session.record);
        await Promise.all(deliveries);
        return session.record;
      })().catch((error) => {
        // Whatever was under way breaks off in its own words; the caller is told why.
        this.#stop.signal.throwIfAborted();
        throw error;
      }),
    );
  }

  /** Takes up what the last run of the sandbox left undone. */
  resume(): void {
    for (const call of this.#calls.all) {
      if (call.endedAt === undefined) this.#interrupted(call);
      for (const delivery of call.deliveries.filter(({ state }) => state === "pending"))
        this.#track(this.#deliver(call, delivery));
    }
  }

  /** Breaks off what is under way; webhooks that are still due are sent by the next run. */
  async close(): Promise<void> {
    this.#stop.abort(new ApiError(503, "stopping", "the sandbox is stopping"));
    await Promise.allSettled(this.#busy);
  }

  #interrupted(call: CallRecord): void {
    const at = new Date().toISOString();
    call.failure = "the sandbox was stopped while this call was running";
    call.transcript.push({ kind: "failed", at, reason: call.failure });
    call.wire.status = "failed";
    call.endedAt = at;
    this.#track(this.#calls.save(call));
  }

  async #deliver(call: CallRecord, delivery: Delivery): Promise<void> {
    const { assumptions } = this.#account;
    const secret = () => this.#account.applications.find(({ id }) => id === call.wire.application_id)?.webhook_secret;
    try {
      await deliver(delivery, { secret, assumptions, signal: this.#stop.signal });
    } finally {
      await this.#calls.save(call);
    }
  }

  /** What is under way; closing waits for it. Its failure reaches whoever awaits it, and ends nothing else. */
  #track<T>(work: Promise<T>): Promise<T> {
    this.#busy.add(work);
    const done = () => this.#busy.delete(work);
    work.then(done, done);
    return work;
  }
}
