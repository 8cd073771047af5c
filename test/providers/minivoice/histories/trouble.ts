import fc from "fast-check";
import {
  answerWith,
  type Exchange,
  type Fault,
  failAfterwards,
  garbleAnswer,
  halveAnswer,
  loseAnswer,
  reset,
  StaleReads,
} from "../../../../src/sandbox/faults.ts";
import type { Sandbox } from "../../../../src/sandbox/index.ts";
import { numbers } from "./program.ts";

/** Somebody changes the account beside the program. */
export type Drift =
  | { kind: "assign"; number: number; application: number; mode: "webhook" | "reject" }
  | { kind: "edit"; application: number; url: number }
  | { kind: "rename"; application: number }
  | { kind: "delete"; application: number };

export const drifts: fc.Arbitrary<Drift> = fc.oneof(
  fc.record({
    kind: fc.constant("assign" as const),
    number: fc.nat(numbers.length - 1),
    application: fc.nat(5),
    mode: fc.constantFrom("webhook" as const, "webhook" as const, "reject" as const),
  }),
  fc.record({ kind: fc.constant("edit" as const), application: fc.nat(4), url: fc.nat(2) }),
  fc.record({ kind: fc.constant("rename" as const), application: fc.nat(4) }),
  fc.record({ kind: fc.constant("delete" as const), application: fc.nat(4) }),
);

const faults: Record<string, () => Fault> = {
  "connection reset": () => reset,
  "lost answer": () => loseAnswer,
  "HTML 502": () => answerWith(502, "<html><h1>Bad Gateway</h1></html>", { "content-type": "text/html" }),
  "500 after the fact": () => failAfterwards(500),
  "429": () => answerWith(429, "", { "retry-after": "0" }),
  "half an answer": () => halveAnswer,
  "invalid JSON": () => garbleAnswer,
  "403": () => answerWith(403, JSON.stringify({ error: { code: "forbidden", message: "not now" } })),
};

/** What goes wrong at one request of a run, counted from its first. */
export type Trouble =
  | { at: number; kind: "fault"; fault: string; length: number }
  | { at: number; kind: "kill"; sends: boolean; orphaned: boolean }
  | { at: number; kind: "lag"; reads: number }
  | { at: number; kind: "drift"; drift: Drift };

const at = fc.nat(30);

/** @param lasting - whether some of it outlasts every repetition */
export const troubles = (lasting: boolean): fc.Arbitrary<Trouble[]> =>
  fc.array(
    fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({
          at,
          kind: fc.constant("fault" as const),
          fault: fc.constantFrom(...Object.keys(faults)),
          length: lasting ? fc.constantFrom(1, 1, 2, 40) : fc.constantFrom(1, 2),
        }),
      },
      {
        weight: 2,
        arbitrary: fc.record({ at, kind: fc.constant("kill" as const), sends: fc.boolean(), orphaned: fc.boolean() }),
      },
      {
        weight: 2,
        arbitrary: fc.record({
          at,
          kind: fc.constant("lag" as const),
          reads: lasting ? fc.constantFrom(1, 2, 3, 1_000) : fc.constantFrom(1, 2),
        }),
      },
      { weight: 1, arbitrary: fc.record({ at, kind: fc.constant("drift" as const), drift: drifts }) },
    ),
    { maxLength: 3 },
  );

/** A write that the API carried out. */
export interface Write {
  method: string;
  path: string;
  body: Record<string, unknown>;
  /** From the answer: of an application or a number. */
  id: string | undefined;
}

/** Stands between a run and the account: plans what goes wrong, counts, and notes every write that really happened. */
export class TroubledAccount {
  readonly sandbox: Sandbox;
  readonly writes: Write[] = [];
  /** The webhook secret of each application: the API never shows it. */
  readonly secrets = new Map<string, unknown>();
  readonly met: Record<string, number> = {};
  requests = 0;
  #plan: Trouble[] = [];
  #startedAt = 0;
  #kill: ((orphaned: boolean) => void) | undefined;
  #stale = new StaleReads(0);
  readonly #underWay = new Set<Promise<void>>();
  #storms: { fault: Fault; left: number; name: string }[] = [];
  readonly #drifted: (drift: Drift) => Promise<void>;

  constructor(sandbox: Sandbox, drifted: (drift: Drift) => Promise<void>) {
    this.sandbox = sandbox;
    this.#drifted = drifted;
    sandbox.faults.arm(
      () => true,
      async (exchange) => {
        const { promise, resolve } = Promise.withResolvers<void>();
        this.#underWay.add(promise);
        return this.#meet(exchange).finally(() => {
          this.#underWay.delete(promise);
          resolve();
        });
      },
      Number.POSITIVE_INFINITY,
    );
  }

  /** Begins a run, with what is to go wrong in it. */
  start(plan: readonly Trouble[], kill?: (orphaned: boolean) => void): void {
    this.writes.length = 0;
    this.#plan = [...plan];
    this.#startedAt = this.requests;
    this.#kill = kill;
    this.#stale = new StaleReads(0);
    this.#storms = [];
  }

  /** A killed run remembers no secret that it wrote, and no refresh can show it: a program that goes back is not noticed. */
  forgetSecrets(): void {
    for (const { id, body } of this.writes) if (id && "webhook_secret" in body) this.secrets.delete(id);
  }

  get seen() {
    return { writes: this.writes, secrets: this.secrets };
  }

  /** Waits for requests that a killed run left behind. */
  async idle(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  async #meet(exchange: Exchange): Promise<Response> {
    const index = this.requests++ - this.#startedAt;
    const noted = { ...exchange, answer: () => this.#carryOut(exchange) };
    const due = this.#plan.filter(({ at }) => at === index);
    this.#plan = this.#plan.filter(({ at }) => at !== index);
    for (const trouble of due) {
      if (trouble.kind === "lag") this.#stale = new StaleReads(this.#count("lag", trouble.reads));
      if (trouble.kind === "drift") await this.#drifted(trouble.drift).then(() => this.#count("drift", 0));
      if (trouble.kind === "fault")
        this.#storms.push({
          fault: (faults[trouble.fault] ?? (() => reset))(),
          left: trouble.length,
          name: trouble.fault,
        });
      if (trouble.kind === "kill" && this.#kill) {
        this.#count("kill", 0);
        this.#plan = [];
        if (trouble.sends) await noted.answer();
        this.#kill(trouble.orphaned);
        return exchange.cut();
      }
    }
    const storm = this.#storms.find(({ left }) => left > 0);
    if (!storm) return this.#stale.meet(noted);
    storm.left -= 1;
    this.#count(storm.name, 0);
    return storm.fault({ ...noted, answer: () => this.#stale.meet(noted) });
  }

  async #carryOut({ request, answer }: Exchange): Promise<Response> {
    const { method } = request;
    const body = method === "GET" ? {} : await json(request.clone());
    const response = await answer();
    if (method !== "GET" && response.ok) {
      const { id } = response.status === 204 ? {} : ((await json(response.clone())) as { id?: string });
      const { pathname } = new URL(request.url);
      this.writes.push({ method, path: pathname, body, id });
      if (id && pathname.startsWith("/v1/applications") && "webhook_secret" in body)
        this.secrets.set(id, body.webhook_secret ?? undefined);
    }
    return response;
  }

  #count(name: string, value: number): number {
    this.met[name] = (this.met[name] ?? 0) + 1;
    return value;
  }
}

const json = async (message: Request | Response): Promise<Record<string, unknown>> => {
  const text = await message.text();
  return text === "" ? {} : JSON.parse(text);
};
