import type { EngineSide } from "./engine-side.ts";
import type { NewNumber } from "./reality.ts";
import { ours, type Phrase, say } from "./report/phrase.ts";
import { numbersPhrase } from "./report/phrases.ts";
import type { Review } from "./review.ts";
import type { EnginePreview } from "./sources/engine-preview.ts";

/** What the head of a report says of the state. */
export const deployedFacts = ({ standing, deployed, stateDigest }: EnginePreview): NonNullable<Review["deployed"]> => ({
  standing,
  ...(deployed.revision !== undefined && { revision: deployed.revision }),
  stateDigest,
});

/**
 * What a reader has to know of a full review beside what changes.
 *
 * @param differs - whether what is deployed is not as the base says.
 */
export function engineNotes(
  stack: string,
  { preview, revision, reality, notes }: EngineSide,
  differs: boolean,
): Phrase[] {
  const { standing, deployed, steps } = preview;
  if (standing === "copy")
    return [
      say`What is deployed of ${stack} is not known here: this is a copy for previews. Set PULUMI_BACKEND_URL or PULUMI_ACCESS_TOKEN to review against the real stack.`,
      ...notes,
    ];
  if (standing === "unborn") return [say`Nothing of ${stack} is deployed yet: everything in it is new.`, ...notes];
  const short = deployed.revision === undefined ? undefined : say`${shortRevision(deployed.revision)}`;
  return [
    ...(differs && steps.length === 0
      ? [ours("The engine plans nothing: what the working tree says is deployed already.")]
      : []),
    ...(short === undefined ? [ours("The state does not tell which commit is deployed.")] : []),
    ...(short !== undefined && !revision
      ? [
          say`The deployed commit ${short} is not in this repository: what is deployed is read from the state alone. Fetch it for more.`,
        ]
      : []),
    ...(short !== undefined && revision && !revision.version
      ? [
          say`The code of the deployed commit ${short} cannot be read any more: what is deployed is read from the state alone.`,
        ]
      : []),
    ...(revision && !revision.isInBase && differs
      ? [
          say`The base does not have all of what is deployed (${short}): to deploy this tree takes that back. Is the branch up to date?`,
        ]
      : []),
    ...(revision?.hadEdits && differs
      ? [say`${short} was deployed with edits that no commit has, so settings may differ from what is told here.`]
      : []),
    ...[...deployed.applications.values()].flatMap(({ name, unfinished }) =>
      unfinished
        ? [
            say`The state does not tell which flow answers ${name}, for no deployment with it came to its end: that of the code is assumed.`,
          ]
        : [],
    ),
    ...freeNumbers(reality?.newNumbers ?? []),
    ...(reality?.unread ?? []).map((why) => say`Could not be read in the account: ${why}`),
    ...notes,
  ];
}

/** What numbers that are new do right now, where that is in nobody's way; others break a rule. */
const freeNumbers = (newNumbers: readonly NewNumber[]): Phrase[] =>
  [...Map.groupBy(newNumbers, ({ live, refused }) => (refused ? undefined : live))].flatMap(([live, same]) =>
    live === undefined
      ? []
      : [say`New in the code, and in the account now ${live}: ${numbersPhrase(same.map(({ number }) => number))}.`],
  );

/** @example shortRevision("0123456789abcdef0123456789abcdef01234567-dirty") // "01234567, with edits" */
export const shortRevision = (revision: string): string => {
  const [, commit, edits] = /^([0-9a-f]{8})[0-9a-f]*(-dirty)?$/.exec(revision) ?? [];
  return commit === undefined ? revision : `${commit}${edits ? ", with edits" : ""}`;
};
