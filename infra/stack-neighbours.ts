import { accountOf, mayBeOneAccount, sharedWithinAccount, sharedWithProduction, stacksIn } from "./account.ts";
import { readVoiceFile } from "./voice-file.ts";
import { formatProblem } from "./yaml-source.ts";

/** The stacks around one, by the files that a pull request edits. */
export interface StackNeighbours {
  /** Those that may be of the same account. */
  others: { stack: string; applicationNames: string[] }[];
  /** Numbers and names that no two of them may have, and do; one line each, with its place. */
  shared: string[];
  /** Why it cannot be told, if so. */
  problem?: string;
}

/**
 * What a stack shares with others, for those who look at it from outside of a run.
 *
 * @param directory - the folder of the stack files, usually `stacks`.
 */
export function stackNeighbours(directory: string, stack: string): StackNeighbours {
  const account = accountOf(directory, stack);
  const { claims, problems } = readVoiceFile(directory, stack, []);
  if (!claims) return { others: [], shared: [], problem: problems.map(formatProblem).join("\n") };
  const others = stacksIn(directory)
    .filter((other) => other !== stack && mayBeOneAccount(account, accountOf(directory, other)))
    .map((other) => {
      const names = readVoiceFile(directory, other, []).claims?.filter(({ kind }) => kind === "application name");
      return { stack: other, applicationNames: names?.map(({ value }) => value) ?? [] };
    });
  const own = { stack, claims, account };
  const shared = [...sharedWithinAccount(directory, own), ...sharedWithProduction(directory, own)].map(formatProblem);
  return { others, shared };
}
