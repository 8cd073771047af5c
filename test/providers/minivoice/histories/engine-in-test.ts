import {
  application,
  type Claim,
  type Context,
  createContext,
  didRoute,
  didRouteTable,
  type Lifecycle,
  PartialFailure,
} from "pulumi-minivoice/lifecycle";
import { holdersOf, isTable, type Program, routeArguments } from "./program.ts";

export interface Outcome {
  failed: boolean;
  /** What was done, e.g. `update table-0`. */
  steps: string[];
  /** Every error, as a person reads it. */
  text: string;
}

// biome-ignore lint/suspicious/noExplicitAny: an engine treats all resources alike.
type AnyLifecycle = Lifecycle<any, any>;

interface Resource {
  name: string;
  id: string;
  // biome-ignore lint/suspicious/noExplicitAny: an engine does not know what is in a state.
  outputs: any;
  /** The last operation left something undone, so the next run goes on even where nothing differs. */
  isIncomplete: boolean;
}

export interface RunOptions {
  context: Parameters<typeof createContext>[0];
  refresh?: boolean;
  /**
   * Receives what ends the run as SIGKILL would: from then on nothing is recorded in the state. What is under way goes on
   * for a moment where the provider outlives the engine (`orphaned`).
   */
  onStart?: (kill: (orphaned: boolean) => void) => void;
}

const lifecycleOf = (name: string): AnyLifecycle =>
  name.startsWith("app") ? application : isTable(name) ? didRouteTable : didRoute;

/** Does with states, claims, failures and deletes what Pulumi's engine does, so that thousands of histories take minutes. */
export class EngineInTest {
  #state = new Map<string, Resource>();
  /** Replaced already, and to be deleted at the end of a run. */
  #replaced: Resource[] = [];

  get resources(): readonly Resource[] {
    return [...this.#state.values(), ...this.#replaced];
  }

  idOf = (name: string): string | undefined => this.#state.get(name)?.id;

  async up(program: Program, options: RunOptions): Promise<Outcome> {
    const run = new Run(options);
    try {
      if (options.refresh) await this.#refresh(run);
      if (!run.hasFailed) await this.#apply(program, run);
      if (!run.hasFailed) await this.#delete(program, run);
    } finally {
      await run.context.client.close();
    }
    return { failed: run.hasFailed, steps: run.steps, text: run.errors.join("\n") };
  }

  /** Takes what is live into the state, and runs no program. */
  async refresh(options: RunOptions): Promise<void> {
    const run = new Run(options);
    await this.#refresh(run).finally(() => run.context.client.close());
  }

  async #refresh(run: Run): Promise<void> {
    await all([...this.#state.values()], ({ name, id, outputs }) =>
      run.attempt(`refresh ${name}`, async () => {
        const live = await lifecycleOf(name).read(run.context, id, outputs);
        run.record(() => {
          if (live) this.#state.set(name, { name, ...live, isIncomplete: false });
          else this.#state.delete(name);
        });
      }),
    );
  }

  /** Checks and diffs are made one after the other; the operations that they lead to run at once. */
  async #apply(program: Program, run: Run): Promise<void> {
    const ids = new Map<string, string>();
    let planned: Promise<unknown> = Promise.resolve();
    const inTurn = <Result>(plan: () => Result): Promise<Result> => {
      const turn = planned.then(plan);
      planned = turn.catch(() => undefined);
      return turn;
    };
    const step = (name: string, args: Record<string, unknown>) =>
      run.attempt(name, async () => {
        const operation = await inTurn(() => this.#plan(name, args, run));
        await operation();
        const id = this.idOf(name);
        if (id) ids.set(name, id);
      });
    await all(Object.entries(program.applications), ([name, args]) => step(name, { resourceName: name, ...args }));
    await all([...holdersOf(program)], async ([holder, held]) => {
      const targets = held.map((number) => program.routes[number]?.target ?? "reject");
      // What depends on something that failed is never heard of.
      if (targets.some((target) => target !== "reject" && !ids.has(target))) return;
      await step(
        holder,
        routeArguments(program, holder, (name) => ids.get(name) ?? ""),
      );
    });
  }

  #plan(name: string, args: Record<string, unknown>, run: Run): () => Promise<void> {
    const { context } = run;
    const lifecycle = lifecycleOf(name);
    const { declaredElsewhere = [], ...own } = args;
    context.claims.announce(declaredElsewhere as Claim[]);
    const { inputs, problems, claims } = lifecycle.check(own, () => false);
    const conflicts = context.claims.declare(name, claims);
    if (problems.length + conflicts.length > 0) throw new Error(JSON.stringify([...problems, ...conflicts]));
    const known = this.#state.get(name);
    const create = async () => {
      const { id, outputs } = await run.step(`create ${name}`, () => lifecycle.create(context, inputs), record);
      record({ id, outputs });
    };
    const record = (made: { id: string; outputs: unknown }, isIncomplete = false) =>
      run.record(() => this.#state.set(name, { name, ...made, isIncomplete }));
    if (!known) return create;

    const { id, outputs } = known;
    lifecycle.beforeUpdate?.(context, id, outputs, inputs);
    const recorded = lifecycle.inputsOf(outputs);
    const differs = lifecycle.differs?.(outputs, inputs) ?? !sameInputs(recorded, inputs);
    if (!differs && !known.isIncomplete && !context.claims.isInDoubt(name)) return async () => undefined;
    if (lifecycle.replacedBy.some((field) => recorded[field] !== inputs[field]))
      return async () => {
        await create();
        run.record(() => this.#replaced.push(known));
      };
    return async () => {
      const updated = await run.step(`update ${name}`, () => lifecycle.update(context, id, outputs, inputs), record);
      record({ id, outputs: updated });
    };
  }

  /** What nothing declares any more goes last: routes before the applications that they depend on. */
  async #delete(program: Program, run: Run): Promise<void> {
    const holders = holdersOf(program);
    const isDeclared = ({ name }: Resource) => name in program.applications || holders.has(name);
    const unwanted = [...this.#replaced, ...[...this.#state.values()].filter((resource) => !isDeclared(resource))];
    for (const applications of [false, true]) {
      const now = unwanted.filter(({ name }) => (lifecycleOf(name) === application) === applications);
      await all(now, (resource) =>
        run.attempt(resource.name, async () => {
          await run.step(`delete ${resource.name}`, () =>
            lifecycleOf(resource.name).remove(run.context, resource.id, resource.outputs),
          );
          run.record(() => {
            this.#replaced = this.#replaced.filter((other) => other !== resource);
            if (this.#state.get(resource.name) === resource) this.#state.delete(resource.name);
          });
        }),
      );
      if (run.hasFailed) return;
    }
  }
}

/** One run of the engine: its claims, its client, and what came of it. */
class Run {
  readonly context: Context;
  readonly steps: string[] = [];
  readonly errors: string[] = [];
  #isDead = false;

  constructor({ context, onStart }: RunOptions) {
    this.context = createContext(context);
    onStart?.((orphaned) => {
      this.#isDead = true;
      if (!orphaned) this.context.client.stop("killed");
    });
  }

  get hasFailed(): boolean {
    return this.#isDead || this.errors.length > 0;
  }

  record(change: () => void): void {
    if (!this.#isDead) change();
  }

  /** Nothing new is begun once the engine is dead. What is under way ends as it ends. */
  async step<Result>(
    name: string,
    operate: () => Promise<Result>,
    keep?: (made: { id: string; outputs: unknown }, isIncomplete: boolean) => void,
  ): Promise<Result> {
    if (this.#isDead) throw new Error("killed");
    this.steps.push(name);
    try {
      return await operate();
    } catch (error) {
      if (error instanceof PartialFailure) keep?.(error, true);
      throw error;
    }
  }

  async attempt(name: string, task: () => Promise<void>): Promise<void> {
    try {
      await task();
    } catch (error) {
      this.errors.push(`${name}: ${(error as Error).message}`);
    }
  }
}

const all = <Item>(items: readonly Item[], task: (item: Item) => Promise<void>) => Promise.all(items.map(task));

const sameInputs = (a: object, b: object): boolean =>
  JSON.stringify(sortedEntries({ ...a, resourceName: "" })) ===
  JSON.stringify(sortedEntries({ ...b, resourceName: "" }));

const sortedEntries = (object: object) => Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1));
