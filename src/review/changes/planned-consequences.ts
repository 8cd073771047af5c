import { counted, ours, type Phrase, say } from "../report/phrase.ts";
import type { EnginePreview } from "../sources/engine-preview.ts";
import type { PlannedStep } from "../sources/planned-steps.ts";

/** What follows where another application takes the place of one: its id and its key cannot be had again. */
export function replacedApplication({ deployed }: EnginePreview, id: string, capabilities: string): Phrase[] {
  const routes = [...deployed.routes.values(), ...(deployed.otherCode?.routes.values() ?? [])];
  const numbers = routes.filter((entry) => entry === id).length;
  const another = ours("another application takes its place, with an id and an API key of its own");
  if (capabilities === "managed")
    return [
      another,
      say`${counted(numbers, "number is", "numbers are")} routed to it in the same run, and the one before is deleted`,
    ];
  return [
    another,
    ...(numbers > 0
      ? [say`${counted(numbers, "number")} to be assigned by hand: until then callers reach the one before`]
      : []),
    ours("the one before stays in the account, whose API cannot delete it"),
  ];
}

/** What follows where an application goes, whether or not the code says so. */
export const deletedApplication = (capabilities: string): Phrase[] => [
  ours(
    capabilities === "managed"
      ? "it is deleted in the account, and its API key with it"
      : "it stays in the account, whose API cannot delete it; this stack no longer answers for it",
  ),
];

/** What follows where a resource of another name makes the application that one before lets go. */
export const takenOverApplication = ours(
  "the application of this name stays, with its id and its key: without adopt: true only if nothing else of it changes",
);

/** What follows where webhooks are signed with another secret. */
export function rotatedSecret(holders: number, capabilities: string, op: PlannedStep["op"]): Phrase[] {
  const who = counted(holders, "application");
  return [
    capabilities === "managed"
      ? say`a new webhook secret, written into ${who}`
      : say`a new webhook secret, to be written into ${who} by hand in the account setup`,
    ours(
      op === "update"
        ? "the one before stays valid for voice:webhookSecretOverlap"
        : "the one before is valid no longer: what is on its way is refused",
    ),
  ];
}
