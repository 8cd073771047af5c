import { readdirSync } from "node:fs";
import { defaultBaseUrl } from "pulumi-minivoice/api";
import { StackFile } from "./stack-file.ts";
import { type Claim, readVoiceFile } from "./voice-file.ts";
import type { Problem } from "./yaml-source.ts";

/** The MiniVoice account that a stack works in, as far as its configuration tells. */
export interface Account {
  /** A stack on this machine. Its account is the sandbox's, which it shares with nobody. */
  local: boolean;
  /** A stack that live callers depend on. */
  production: boolean;
  baseUrl: string;
  /** Absent: it may be any customer, so it has to be taken for everyone else's account. */
  customerId?: string | undefined;
}

/** Whether what one stack does in its account could reach the other's applications and numbers. */
export function mayBeOneAccount(one: Account, other: Account): boolean {
  if (one.local || other.local) return false;
  if (normalised(one.baseUrl) !== normalised(other.baseUrl)) return false;
  return !one.customerId || !other.customerId || one.customerId === other.customerId;
}

const normalised = (url: string): string => (URL.canParse(url) ? new URL(url).href : url).replace(/\/+$/, "");

/**
 * The account of a stack, from its committed configuration file. A stack without one has the defaults.
 *
 * The environment variables that win over the file in a run are left out: they belong to one run, the rule to all.
 *
 * @param directory - the folder of the stack files, usually `stacks`.
 */
export function accountOf(directory: string, stack: string): Account {
  const file = new StackFile(directory, stack);
  return {
    local: stack === "local" || file.plain("voice:local") === "true",
    production: file.plain("voice:production") === "true",
    baseUrl: file.plain("minivoice:baseUrl") ?? defaultBaseUrl,
    customerId: file.plain("minivoice:customerId"),
  };
}

/** The stacks that have a voice file in this folder, in alphabetical order. */
export const stacksIn = (directory: string): string[] =>
  readdirSync(directory)
    .flatMap((name) => /^Voice\.(.+)\.yaml$/.exec(name)?.[1] ?? [])
    .sort();

/** A stack as the rules between stacks see it. */
export interface StackClaims {
  stack: string;
  /** What the stack's own voice file uses, from `readVoiceFile`. */
  claims: readonly Claim[];
  /** The account that the stack works in. */
  account: Account;
}

/**
 * Finds the numbers and application names that a stack shares with another stack of its account.
 *
 * Two stacks on one number overwrite each other, and callers reach whichever was deployed last. A file of
 * another stack counts with all that can be read of it, whatever else is wrong there; one that is not even
 * YAML is a problem of its own, for nobody can tell which numbers it holds.
 */
export function sharedWithinAccount(directory: string, own: StackClaims): Problem[] {
  return sharedClaims(directory, own, {
    concerns: (other) => mayBeOneAccount(own.account, other),
    because: (other) =>
      `stack "${other}" may be of the same account: remove it from one of them, or, if the accounts differ, set ` +
      "minivoice:customerId for both stacks",
  });
}

/**
 * Finds the numbers that live callers dial and an experiment names too, whichever of the two this stack is, and also in
 * different accounts: a number that moves from one to the other leaves the one file before it enters the other.
 */
export function sharedWithProduction(directory: string, own: StackClaims): Problem[] {
  const numbers = { ...own, claims: own.claims.filter(({ kind }) => kind === "number") };
  return sharedClaims(directory, numbers, {
    concerns: (other) =>
      other.production !== own.account.production &&
      !(other.local || own.account.local) &&
      !mayBeOneAccount(own.account, other),
    because: (other) =>
      `of the stacks "${own.stack}" and "${other}" one is production: no number is in both, whatever their accounts; ` +
      "remove it from one of them",
  });
}

function sharedClaims(
  directory: string,
  { stack, claims }: StackClaims,
  { concerns, because }: { concerns: (other: Account) => boolean; because: (other: string) => string },
): Problem[] {
  const own = new Map(claims.map((claim) => [`${claim.kind} ${claim.value}`, claim]));
  return stacksIn(directory)
    .filter((other) => other !== stack && concerns(accountOf(directory, other)))
    .flatMap((other) => {
      const { problems, claims: theirs } = readVoiceFile(directory, other, []);
      if (!theirs) return problems.map((problem) => ({ ...problem, message: unreadable(problem.message, stack) }));
      return theirs.flatMap((their) => {
        const mine = own.get(`${their.kind} ${their.value}`);
        const also = `the ${their.kind} "${their.value}" is also in ${their.file}:${their.line}`;
        return mine ? [{ ...mine, message: `${also}, and ${because(other)}` }] : [];
      });
    });
}

const unreadable = (message: string, stack: string): string =>
  `${message} (stack "${stack}" must not share a number with it: mend this file first)`;
