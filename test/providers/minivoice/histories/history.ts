import { setImmediate } from "node:timers/promises";
import { expect } from "@jest/globals";
import fc from "fast-check";
import type { ApplicationView, NumberView } from "../../../../src/sandbox/control-client.ts";
import { type Sandbox, startSandbox } from "../../../../src/sandbox/index.ts";
import type { Outcome } from "./engine-in-test.ts";
import { applicationsAreSound, numbersAreSound, writesAreSound } from "./invariants.ts";
import { followTheWayOut } from "./person.ts";
import { edited, emptyProgram, numbers, type Program, type ProgramEdit, programEdits } from "./program.ts";
import { type Drift, drifts, type Trouble, TroubledAccount, troubles } from "./trouble.ts";

export type Capabilities = "managed" | "documented";

/** A resource as the engine's state holds it. */
export interface Recorded {
  name: string;
  id: string;
  // biome-ignore lint/suspicious/noExplicitAny: outputs of any resource.
  outputs: any;
}

/** An engine with a state of its own: the one in the test, or Pulumi's. */
export interface Engine {
  up(
    program: Program,
    options: { refresh: boolean; onStart?: (kill: (orphaned: boolean) => void) => void },
  ): Promise<Outcome>;
  resources(): Promise<readonly Recorded[]>;
  close(): Promise<void>;
}

export type StartEngine = (
  account: { sandbox: Sandbox } & Pick<History, "capabilities" | "concurrency">,
) => Promise<Engine>;

type Step =
  | { kind: "up"; edit: ProgramEdit; refresh: boolean; troubles: Trouble[]; follow: boolean }
  | { kind: "drift"; drift: Drift };

export interface History {
  capabilities: Capabilities;
  /** Requests at once. With one, the same history meets the same troubles again. */
  concurrency: 1 | 8;
  steps: Step[];
}

/**
 * @param longest - steps in a history
 * @param lasting - whether some troubles outlast every repetition; that takes long where the client has its usual patience
 */
export const histories = (longest: number, lasting = true): fc.Arbitrary<History> =>
  fc.record({
    capabilities: fc.constantFrom<Capabilities>("managed", "managed", "managed", "documented"),
    concurrency: fc.constantFrom(1 as const, 8 as const),
    steps: fc.array(
      fc.oneof(
        {
          weight: 4,
          arbitrary: fc.record({
            kind: fc.constant("up" as const),
            edit: programEdits,
            refresh: fc.boolean(),
            troubles: troubles(lasting),
            follow: fc.boolean(),
          }),
        },
        { weight: 1, arbitrary: fc.record({ kind: fc.constant("drift" as const), drift: drifts }) },
      ),
      { minLength: 1, maxLength: longest },
    ),
  });

/** What a history came to, for the figures. */
export interface Figures {
  histories: number;
  runs: number;
  operations: number;
  requests: number;
  writes: number;
  troubles: Record<string, number>;
}

export const noFigures = (): Figures => ({
  histories: 0,
  runs: 0,
  operations: 0,
  requests: 0,
  writes: 0,
  troubles: {},
});

/** The account as it is at one moment. */
export interface Picture {
  numbers: Map<string, NumberView>;
  applications: ApplicationView[];
  /** The resources that hold a number in the state, two only after a run that failed: what each wrote, and whether it leaves the number as it is. */
  held: Map<string, { applications: string[]; leave: boolean }[]>;
  resources: readonly Recorded[];
}

/** Lives through a history against a fresh account, and judges the account after each run. */
export async function live(history: History, startEngine: StartEngine, figures: Figures): Promise<void> {
  const { capabilities, concurrency } = history;
  const sandbox = await startSandbox({ numbers, capabilities });
  const touched = new Set<string>();
  const account = new TroubledAccount(sandbox, (drift) => bring(sandbox, drift, touched));
  const engine = await startEngine({ sandbox, capabilities, concurrency });
  let program = emptyProgram;
  /** Whether the account may be other than the state says, in a way that only a refresh notices. */
  let isUnseen = false;
  /** Ids that the state has ever held. */
  const known = new Set<string>();
  /** What a killed run was doing is looked up before anything else; the front door does so of itself. */
  let wasKilled = false;
  try {
    for (const name of ["stranger-0", "stranger-1"]) await sandbox.control.createApplication({ name });
    for (const step of history.steps) {
      if (step.kind === "drift") {
        await bring(sandbox, step.drift, touched);
        isUnseen = true;
      } else {
        program = edited(program, step.edit);
        const outcome = await run(step.refresh, step.troubles);
        if (outcome.failed && step.follow) {
          program = await followed(outcome);
          await run(false, []);
        }
      }
    }
    await settle();
  } finally {
    await engine.close();
    await sandbox.close();
    // The next sandbox may get the same port, and a connection that was closed just now must not be taken for one to it.
    await setImmediate();
    figures.histories += 1;
    figures.requests += account.requests;
    for (const [name, count] of Object.entries(account.met))
      figures.troubles[name] = (figures.troubles[name] ?? 0) + count;
  }

  async function run(wantsRefresh: boolean, plan: Trouble[]): Promise<Outcome> {
    const before = await picture(sandbox, engine);
    touched.clear();
    const refresh = wantsRefresh || wasKilled;
    const isSighted = refresh || !isUnseen;
    wasKilled = false;
    const outcome = await engine.up(program, {
      refresh,
      onStart: (kill) =>
        account.start(plan, (orphaned) => {
          wasKilled = true;
          kill(orphaned);
        }),
    });
    await account.idle();
    if (wasKilled) account.forgetSecrets();
    const after = await picture(sandbox, engine);
    figures.runs += 1;
    figures.operations += outcome.steps.length;
    figures.writes += account.writes.length;
    for (const { id } of [...before.resources, ...after.resources]) known.add(id);
    const judged = { before, after, program, outcome, capabilities, isSighted, touched, known, ...account.seen };
    writesAreSound(judged);
    numbersAreSound(judged);
    applicationsAreSound(judged);
    if (wasKilled) expect(outcome.failed).toBe(true);
    isUnseen =
      touched.size > 0 || wasKilled || (isUnseen && !(refresh && !outcome.failed)) || /--refresh/.test(outcome.text);
    account.start([]);
    return outcome;
  }

  async function followed(outcome: Outcome): Promise<Program> {
    const resources = await engine.resources();
    const ours = new Set(resources.filter(({ name }) => name in program.applications).map(({ id }) => id));
    const way = await followTheWayOut(outcome.text, { sandbox, program, ours });
    isUnseen ||= way.hasMeddled;
    return way.program;
  }

  async function reach(): Promise<void> {
    let outcome = await run(isUnseen, []);
    for (let round = 0; outcome.failed && round < 12; round++) {
      program = await followed(outcome);
      outcome = await run(isUnseen, []);
    }
    expect(outcome).toMatchObject({ failed: false, text: "" });
  }

  /** With nothing going wrong, and a person who follows what is said, the declared state is reached; then nothing changes. */
  async function settle(): Promise<void> {
    const declared = program;
    await reach();
    if (Object.keys(declared.applications).some((name) => !(name in program.applications))) {
      // What had to be left out to go on is declared again.
      program = {
        applications: { ...declared.applications, ...program.applications },
        routes: { ...declared.routes, ...program.routes },
      };
      await reach();
    }
    for (const refresh of [false, true]) {
      const requests = account.requests;
      expect(await run(refresh, [])).toEqual({ failed: false, steps: [], text: "" });
      expect(account.writes).toEqual([]);
      if (!refresh) expect(account.requests).toBe(requests);
    }
  }
}

/** Changes the account as somebody beside the program would; what the account refuses stays as it is. */
async function bring({ control }: Sandbox, drift: Drift, touched: Set<string>): Promise<void> {
  const applications = (await control.listApplications()).filter(({ portal }) => !portal);
  const application = applications[drift.application % (applications.length + 1)];
  const attempt = async (change: Promise<unknown>) => void (await change.catch(() => undefined));
  if (drift.kind === "assign") {
    const number = numbers[drift.number] as string;
    touched.add(number);
    return attempt(control.assign(number, application?.id ?? null, drift.mode));
  }
  if (!application || application.name.startsWith("stranger")) return;
  touched.add(application.id);
  if (drift.kind === "delete") return attempt(control.deleteApplication(application.id));
  if (drift.kind === "rename")
    return attempt(control.editApplication(application.id, { name: `renamed ${application.id}` }));
  return attempt(
    control.editApplication(application.id, { answerUrl: drift.url > 0 ? `https://example.com/${drift.url}` : null }),
  );
}

async function picture({ control }: Sandbox, engine: Engine): Promise<Picture> {
  const [all, applications, resources] = await Promise.all([
    control.listNumbers(),
    control.listApplications(),
    engine.resources(),
  ]);
  const held: Picture["held"] = new Map();
  const hold = (number: string, applications: string[], leave: boolean) =>
    held.set(number, [...(held.get(number) ?? []), { applications, leave }]);
  for (const { outputs } of resources) {
    if (outputs.number)
      hold(outputs.number, outputs.written ?? listed(outputs.applicationId), outputs.onDelete === "leave");
    for (const [number, entry] of Object.entries<string>(outputs.routes ?? {}))
      hold(number, outputs.written?.[number] ?? listed(/app_\S+/.exec(entry)?.[0]), false);
  }
  return { numbers: new Map(all.map((number) => [number.number, number])), applications, held, resources };
}

const listed = (id: string | undefined): string[] => (id === undefined ? [] : [id]);
