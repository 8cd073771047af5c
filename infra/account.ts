import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { defaultBaseUrl } from "pulumi-minivoice/api";
import { type Claim, readVoiceFile } from "./voice-file.ts";
import { fieldOf } from "./voice-rules.ts";
import { type Problem, YamlSource } from "./yaml-source.ts";

/** The MiniVoice account that a stack works in, as far as its configuration tells. */
export interface Account {
  /** A stack on this machine. Its account is the sandbox's, which it shares with nobody. */
  local: boolean;
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
  const path = join(directory, `Pulumi.${stack}.yaml`);
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  const config = fieldOf(new YamlSource(text, basename(path)).value, "config");
  const plain = (key: string): string | undefined => {
    const value = fieldOf(config, key);
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  return {
    local: stack === "local" || plain("voice:local") === "true",
    baseUrl: plain("minivoice:baseUrl") ?? defaultBaseUrl,
    customerId: plain("minivoice:customerId"),
  };
}

/** The stacks that have a voice file in this folder, in alphabetical order. */
export const stacksIn = (directory: string): string[] =>
  readdirSync(directory)
    .flatMap((name) => /^Voice\.(.+)\.yaml$/.exec(name)?.[1] ?? [])
    .sort();

/**
 * Finds the numbers and application names that a stack shares with another stack of its account.
 *
 * Two stacks on one number overwrite each other, and callers reach whichever was deployed last. A file of
 * another stack counts with all that can be read of it, whatever else is wrong there; one that is not even
 * YAML is a problem of its own, for nobody can tell which numbers it holds.
 *
 * @param claims - what the stack's own voice file uses, from `readVoiceFile`.
 * @param account - the account that the stack works in.
 */
export function sharedWithOtherStacks(
  directory: string,
  { stack, claims, account }: { stack: string; claims: readonly Claim[]; account: Account },
): Problem[] {
  const own = new Map(claims.map((claim) => [`${claim.kind} ${claim.value}`, claim]));
  return stacksIn(directory)
    .filter((other) => other !== stack && mayBeOneAccount(account, accountOf(directory, other)))
    .flatMap((other) => {
      const { problems, claims: theirs } = readVoiceFile(directory, other, []);
      if (!theirs) return problems.map((problem) => ({ ...problem, message: unreadable(problem.message, stack) }));
      return theirs.flatMap((their) => {
        const mine = own.get(`${their.kind} ${their.value}`);
        return mine ? [{ ...mine, message: shared(mine, their, other) }] : [];
      });
    });
}

const unreadable = (message: string, stack: string): string =>
  `${message} (stack "${stack}" may be of the same account, and no number may be in both: mend this file first)`;

const shared = (mine: Claim, their: Claim, other: string): string =>
  `the ${mine.kind} "${mine.value}" is also in ${their.file}:${their.line}, and stack "${other}" may be of the same account: ` +
  "remove it from one of them, or, if the accounts differ, set minivoice:customerId for both stacks";
