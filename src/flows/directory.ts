import type { Destination } from "../call-flow/action-schema.ts";

/**
 * Whom callers are put through to, per environment.
 *
 * A flow never holds a number itself: it is a function of a directory, so that one flow serves every environment and
 * a call to a test number cannot ring a production desk. All names are required, so an environment that lacks one
 * does not compile. The ones here are fictitious.
 */
export interface Directory {
  /** Answers when nothing else fits; also the way out for requests that are not understood. */
  operator: Destination;
  support: Destination;
  newBusiness: Destination;
  billing: Destination;
  delivery: Destination;
  scheduling: Destination;
}

const directories: Readonly<Record<string, Directory>> = {
  local: {
    operator: "+15550100001",
    support: "sip:support@local.example.com",
    newBusiness: "+15550100002",
    billing: "+15550100003",
    delivery: "+15550100004",
    scheduling: "+15550100005",
  },
  test: {
    operator: "+15550100101",
    support: "sip:support@test.example.com",
    newBusiness: "+15550100102",
    billing: "+15550100103",
    delivery: "+15550100104",
    scheduling: "+15550100105",
  },
  production: {
    operator: "+15550100201",
    support: "sip:support@example.com",
    newBusiness: "+15550100202",
    billing: "+15550100203",
    delivery: "+15550100204",
    scheduling: "+15550100205",
  },
};

/**
 * The directory of a stack. Every local stack has the one of `local`; any other must have its own, because borrowing
 * one would either ring strangers or send live callers to a test desk.
 *
 * @throws Error for a stack without a directory.
 * @example directoryOf("test").operator // "+15550100101"
 */
export function directoryOf(stack: string, { local = false } = {}): Directory {
  const name = local ? "local" : stack;
  const directory = Object.hasOwn(directories, name) ? directories[name] : undefined;
  if (directory) return directory;
  const known = Object.keys(directories).join(", ");
  throw new Error(
    `stack "${stack}" has no directory of destinations (known: ${known}): add it to src/flows/directory.ts`,
  );
}
