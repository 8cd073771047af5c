import { isDeepStrictEqual } from "node:util";
import { applicationsOf, type DeclaredApplication, routesOf, type StackReading, shownEndpoint } from "../reading.ts";
import { ours, type Phrase, say } from "../report/phrase.ts";
import { deletedApplication } from "./planned-consequences.ts";

/** One field of an application that differs. URLs are without credentials and query. */
export interface FieldChange {
  field: "key" | "name" | "flow" | "answerUrl" | "webhookUrl" | "adopt";
  from?: string;
  to?: string;
  /** Only what is not shown of a URL differs: its query. */
  hidden?: true;
}

/** An application that is added, removed or declared otherwise. */
export interface ApplicationChange {
  kind: "removed" | "changed" | "added";
  key: string;
  /** Its name, as it will be. */
  name: string;
  fields: FieldChange[];
  /** How many numbers route to it. */
  numbers: { before: number; after: number };
  /** What the change comes to in this account: work by hand, a new key. */
  consequences: Phrase[];
}

export interface ApplicationChanges {
  changes: ApplicationChange[];
  unchanged: number;
}

const fields = ["name", "flow", "answerUrl", "webhookUrl", "adopt"] as const;

/** Compares the applications that both versions declare, by key; one whose key alone differs is the same application. */
export function compareApplications(from: StackReading | undefined, to: StackReading): ApplicationChanges {
  const pairs = pairsOf(from, to);
  const shown = (url: string) => shownEndpoint(url, from, to);
  const [before, after] = [numbersByTarget(from), numbersByTarget(to)];
  const changes = pairs.flatMap(({ was, is }): ApplicationChange[] => {
    const { key, name } = (is ?? was) as DeclaredApplication;
    const changed = differences(was, is, shown);
    if (was && is && changed.length === 0) return [];
    const change = {
      kind: was ? (is ? ("changed" as const) : ("removed" as const)) : ("added" as const),
      key,
      name,
      fields: changed,
      numbers: { before: (was && before.get(was.key)) ?? 0, after: (is && after.get(is.key)) ?? 0 },
    };
    return [{ ...change, consequences: consequencesOf(change, to, is?.flow) }];
  });
  const order = ["removed", "changed", "added"];
  changes.sort((one, other) => order.indexOf(one.kind) - order.indexOf(other.kind));
  return { changes, unchanged: pairs.length - changes.length };
}

/** Whether calls to an application are answered by something else than before, be it another flow or another server. */
export const isAnsweredOtherwise = (was: DeclaredApplication, is: DeclaredApplication): boolean =>
  was.flow !== is.flow || was.answerUrl !== is.answerUrl;

/** An application before and after; one of the two is absent where it is new or gone. */
export interface ApplicationPair {
  was?: DeclaredApplication;
  is?: DeclaredApplication;
}

/** Finds each application of both versions again: by its key, else by its name. */
export function pairsOf(from: StackReading | undefined, to: StackReading): ApplicationPair[] {
  const [before, after] = [applicationsOf(from), applicationsOf(to)];
  const gone = [...before.values()].filter(({ key }) => !after.has(key));
  const goneByName = new Map(gone.map((was) => [was.name, was]));
  const pairs = [...after.values()].map((is): ApplicationPair => {
    const was = before.get(is.key) ?? goneByName.get(is.name);
    return { is, ...(was && { was }) };
  });
  const paired = new Set(pairs.map(({ was }) => was));
  return [...pairs, ...gone.filter((was) => !paired.has(was)).map((was) => ({ was }))];
}

function numbersByTarget(reading: StackReading | undefined): Map<string, number> {
  const counts = new Map<string, number>();
  for (const target of routesOf(reading).values()) counts.set(target, (counts.get(target) ?? 0) + 1);
  return counts;
}

function differences(
  was: DeclaredApplication | undefined,
  is: DeclaredApplication | undefined,
  shown: (url: string) => string,
): FieldChange[] {
  const changed = fields.filter((field) => !isDeepStrictEqual(fieldValue(was, field), fieldValue(is, field)));
  const keyChange = was && is && was.key !== is.key ? [{ field: "key" as const, from: was.key, to: is.key }] : [];
  return [
    ...keyChange,
    ...changed.map((field): FieldChange => {
      const [from, to] = [shownValue(was, field, shown), shownValue(is, field, shown)];
      const ends = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
      return { field, ...ends, ...(from === to && { hidden: true as const }) };
    }),
  ];
}

/** `adopt: false` says nothing that its absence does not say. */
const fieldValue = (
  application: DeclaredApplication | undefined,
  field: (typeof fields)[number],
): string | undefined => (field === "adopt" ? (application?.adopt ? "true" : undefined) : application?.[field]);

function shownValue(
  application: DeclaredApplication | undefined,
  field: (typeof fields)[number],
  shown: (url: string) => string,
): string | undefined {
  const value = fieldValue(application, field);
  return value !== undefined && (field === "answerUrl" || field === "webhookUrl") ? shown(value) : value;
}

/** What an engineer has to know beyond the change itself. A documented account can neither edit, delete nor assign. */
function consequencesOf(
  change: Omit<ApplicationChange, "consequences">,
  { capabilities, replaced }: StackReading,
  flow: string | undefined,
): Phrase[] {
  const isEdited = !replaced?.has(change.key);
  const byHand = capabilities !== "managed";
  const has = (field: FieldChange["field"]) => change.fields.some((changed) => changed.field === field);
  const adopted = change.fields.some(({ field, to }) => field === "adopt" && to === "true");
  switch (change.kind) {
    case "added":
      if (adopted) return [ours("the existing application of this name is taken over, with its id and its key")];
      return [ours("a new application, with an id and an API key of its own")];
    case "removed":
      return deletedApplication(capabilities);
    case "changed":
      return [
        ...(has("key") ? keyConsequences(byHand) : []),
        ...(has("answerUrl") && flow !== undefined && !has("flow")
          ? [say`callers are answered at another address: whether the flow ${flow} answers there is not told here`]
          : []),
        ...(byHand && isEdited && (has("name") || has("answerUrl") || has("webhookUrl") || has("key"))
          ? [ours("to be edited by hand in the account setup")]
          : []),
      ];
  }
}

/** An application's key is a part of its answer URL. */
const keyConsequences = (byHand: boolean): Phrase[] => [
  ours("without adopt: true the deployment refuses a second application of this name"),
  ours(
    byHand
      ? "until its answer_url is edited by hand, callers reach an endpoint that no longer knows it"
      : "its answer_url changes with its key",
  ),
];
