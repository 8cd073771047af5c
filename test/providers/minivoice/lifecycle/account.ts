import { type Context, createContext, type Lifecycle, PartialFailure } from "pulumi-minivoice/lifecycle";
import type { Fault } from "../../../../src/sandbox/faults.ts";
import type { Sandbox, SandboxOptions } from "../../../../src/sandbox/index.ts";
import { afterTest, sandboxWith } from "../../../sandbox/account.ts";

export const main = "+15551230001";
export const second = "+15551230002";

/** An account that has everything, seen through the real client, with times that are short enough for a test. */
export interface TestAccount {
  sandbox: Sandbox;
  /** What a run told the person who watches it. */
  said: string[];
  /** The start of a run: nothing of another one is remembered. */
  run(options?: Partial<Parameters<typeof createContext>[0]>): Context;
  /** Meets the next requests whose method and path begin like this. */
  arm(request: string, fault: Fault, times?: number): void;
  /** Requests since the last call that were no reads, e.g. `PATCH /v1/dids/did_2 200`. */
  writes(): string[];
  /** How often a request that begins like this was sent. */
  sent(request: string): number;
  /** e.g. `webhook app_1`, `reject nobody`. */
  live(number: string): Promise<string>;
  /** The ids of the applications that have a name. */
  named(name: string): Promise<string[]>;
  create(name: string): Promise<string>;
}

export async function testAccount(options: SandboxOptions = {}): Promise<TestAccount> {
  const sandbox = await sandboxWith(options);
  const said: string[] = [];
  let from = 0;
  const lines = () => sandbox.requests.map(({ method, path, status }) => `${method} ${path} ${status}`);
  return {
    sandbox,
    said,
    run(overrides = {}) {
      const context = createContext({
        apiKey: sandbox.portalKey,
        baseUrl: sandbox.url,
        capabilities: "managed",
        requestsPerSecond: 1e6,
        retries: 2,
        retryPause: "2 milliseconds",
        timeout: "2 seconds",
        readBackLimit: "100 milliseconds",
        say: (message) => said.push(message),
        ...overrides,
      });
      afterTest(() => context.client.close());
      return context;
    },
    arm: (request, fault, times) =>
      sandbox.faults.arm(({ method, path }) => `${method} ${path}`.startsWith(request), fault, times),
    writes() {
      const all = lines();
      const writes = all.slice(from).filter((line) => !line.startsWith("GET"));
      from = all.length;
      return writes;
    },
    sent: (request) => lines().filter((line) => line.startsWith(request)).length,
    async live(number) {
      const found = (await sandbox.control.listNumbers()).find((candidate) => candidate.number === number);
      return found ? `${found.mode} ${found.applicationId ?? "nobody"}` : "gone";
    },
    async named(name) {
      const applications = await sandbox.control.listApplications();
      return applications.filter((application) => application.name === name).map(({ id }) => id);
    },
    create: async (name) => (await sandbox.control.createApplication({ name })).id,
  };
}

/** For a run that is to see what it wrote, however busy the machine is. */
export const patient = { readBackLimit: "5 seconds" } as const;

/** The arguments of a program, as `check` makes them. */
export function inputsOf<Inputs extends { resourceName: string }>(
  lifecycle: Pick<Lifecycle<Inputs, never>, "check">,
  args: Record<string, unknown>,
): Inputs {
  const { inputs, problems } = lifecycle.check({ resourceName: "test", ...args }, () => false);
  if (problems.length > 0) throw new Error(problems.join("\n"));
  return inputs;
}

/** What an operation was refused with. */
export async function failureOf(operation: Promise<unknown>): Promise<Error> {
  const reason = await operation.then(
    () => new Error("it succeeded"),
    (error) => error,
  );
  return reason as Error;
}

/** What the engine would write into the state after an operation that was done in part. */
export async function partOf(operation: Promise<unknown>) {
  const failure = await failureOf(operation);
  if (!(failure instanceof PartialFailure))
    throw new Error(`no partial failure: ${failure.message}`, { cause: failure });
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects of the outputs.
  return failure as PartialFailure<any>;
}
