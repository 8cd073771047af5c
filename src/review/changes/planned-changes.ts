import { isOfVoiceFile, MINIVOICE } from "../../stack-state/exported-state.ts";
import { counted, joined, ours, type Phrase, say } from "../report/phrase.ts";
import type { EnginePreview, PlannedField } from "../sources/engine-preview.ts";
import type { PlannedStep } from "../sources/planned-steps.ts";
import type { ApplicationChange, ApplicationChanges } from "./application-changes.ts";
import { type NumberChanges, numbersOf } from "./number-changes.ts";
import {
  deletedApplication,
  replacedApplication,
  rotatedSecret,
  takenOverApplication,
} from "./planned-consequences.ts";

/** What the engine would change, worst first. `numbers`: in a table; `resource`: anything else of the program. */
export const plannedKinds = ["application", "numbers", "endpoint", "webhook secret", "function", "resource"] as const;

/** One thing that the engine would do and that the two versions of the code do not tell. */
export interface PlannedChange {
  kind: (typeof plannedKinds)[number];
  /** Of the resource; of an application the name that people know. */
  name: string;
  op: PlannedStep["op"];
  /** What of it changes, a sentence each. */
  changes: Phrase[];
  /** What follows from it in this account. */
  consequences: Phrase[];
}

export interface PlannedChanges {
  changes: PlannedChange[];
  /** Infrastructure that is only created or updated, and that no caller meets: how many resources. */
  other: { create: number; update: number };
}

/** What a plan is held against: all that the code changes in what is deployed. */
export interface NetChange {
  preview: EnginePreview;
  numbers: NumberChanges;
  applications: ApplicationChanges;
  capabilities: string;
}

/**
 * Holds what the engine plans against what the versions of the code explain, so that no step is lost: what is neither told by
 * the code nor harmless is a change of its own.
 */
export function plannedChanges(net: NetChange): PlannedChanges {
  const planned: PlannedChanges = { changes: [], other: { create: 0, update: 0 } };
  for (const step of net.preview.steps) {
    const change = changeOf(step, net);
    if (change === "told by the code") continue;
    if (change === "other") planned.other[step.op as "create" | "update"] += 1;
    else planned.changes.push(change);
  }
  const order: PlannedChange["op"][] = ["delete", "replace", "update", "create"];
  planned.changes.sort(
    (one, other) =>
      plannedKinds.indexOf(one.kind) - plannedKinds.indexOf(other.kind) ||
      order.indexOf(one.op) - order.indexOf(other.op),
  );
  return planned;
}

type Accounted = PlannedChange | "told by the code" | "other";

function changeOf(step: PlannedStep, net: NetChange): Accounted {
  const { type, op } = step;
  if (type === `${MINIVOICE}Application`) return applicationOf(step, net);
  if (isOfVoiceFile(step.urn)) {
    if (type === `${MINIVOICE}DidRouteTable`) return numbersIn(step, net);
    if (type === `${MINIVOICE}WebhookSecret`) return secretOf(step, net);
  }
  if (type.startsWith(MINIVOICE)) return ofOtherCode(step, net);
  if (op === "create") return "other";
  if (type === "aws:lambda/function:Function") return functionOf(step);
  if (type === "aws:lambda/functionUrl:FunctionUrl")
    return op === "update"
      ? told(step, "endpoint")
      : told(step, "endpoint", [
          ours("the function gets another address: every answer_url or webhook_url with it changes"),
        ]);
  return op === "update" ? "other" : told(step, "resource");
}

const told = (
  { name, op, changed }: PlannedStep,
  kind: PlannedChange["kind"],
  consequences: Phrase[] = [],
  changes: Phrase[] = [pathsPhrase(changed)],
): PlannedChange => ({ kind, name, op, changes: changes.filter(({ text }) => text !== ""), consequences });

/** Paths are the program's own words; a table may hold thousands of them. */
function pathsPhrase(paths: readonly string[]): Phrase {
  const LISTED = 5;
  const rest = paths.length - LISTED;
  const list = joined(
    paths.slice(0, LISTED).map((path) => say`${path}`),
    ", ",
  );
  return rest > 0 ? say`${list}, and ${rest} more` : list;
}

function applicationOf(step: PlannedStep, { preview, applications, capabilities }: NetChange): Accounted {
  const { urn, op, changed } = step;
  const { id = "", becomes, fields = [] } = preview.applications.get(urn) ?? {};
  const [key, deployed] = deployedAs(preview, id) ?? [step.name];
  const net = applications.changes.find((change) => change.key === key || keyBefore(change) === key);
  const isExpected = net && (keyBefore(net) !== net.key || net.kind === (op === "create" ? "added" : "removed"));
  if ((op === "create" || op === "delete") && isExpected) return "told by the code";
  const byCode = fieldsOfCode(net, preview);
  const changes = [
    ...fields.filter(({ field }) => !byCode.has(field)).map(fieldPhrase),
    ...changed.filter((path) => !isField(path) && !byCode.has(path) && path !== UNFINISHED).map((path) => say`${path}`),
  ];
  const name = deployed?.name ?? becomes?.name ?? net?.name ?? key;
  const tell = (consequences: Phrase[]) => ({ ...told(step, "application", consequences, changes), name });
  const namesake = [...preview.applications].some(
    ([other, { becomes: is, id: goesOn }]) => other !== urn && goesOn === undefined && is?.name === name,
  );
  if (op === "create") return tell([]);
  if (op === "delete") return tell(namesake ? [takenOverApplication] : deletedApplication(capabilities));
  if (op === "replace") return tell(replacedApplication(preview, id, capabilities));
  if (isUnfinished(step)) return tell([unfinished]);
  if (changes.length === 0) return "told by the code";
  return tell(capabilities === "managed" ? [] : [ours("to be edited by hand in the account setup")]);
}

/** A deployed application, and its key. */
const deployedAs = ({ deployed: { applications, otherCode } }: EnginePreview, id: string) =>
  [...applications, ...(otherCode?.applications ?? [])].find(([, application]) => application.id === id);

/** What of an application the code explains, and what is told of all of them at once. */
function fieldsOfCode(net: ApplicationChange | undefined, { steps }: EnginePreview): Set<string> {
  const fields = new Set<string>(net?.fields.map(({ field }) => field));
  const flow = net?.fields.find(({ field }) => field === "flow");
  // Whose functions answer decides the rest.
  if (flow && (flow.from === undefined || flow.to === undefined))
    for (const field of ["answerUrl", "webhookUrl", "webhookSecret"]) fields.add(field);
  if (fields.has("key")) fields.add("answerUrl");
  if (steps.some(({ type }) => type === `${MINIVOICE}WebhookSecret`)) fields.add("webhookSecret");
  return fields;
}

const keyBefore = ({ fields, key }: ApplicationChange): string =>
  fields.find(({ field }) => field === "key")?.from ?? key;

const isField = (path: string): boolean => /^(name|answerUrl|webhookUrl|webhookSecret)\b/.test(path);

/** The engine takes up again what ended with an error, and has a word of its own for that. */
const isUnfinished = ({ changed }: PlannedStep): boolean => changed.every((path) => path === UNFINISHED);
const UNFINISHED = "#initerror";
const unfinished = ours("the last deployment left it unfinished: this one goes on with it");

const fieldNames = { name: "name", answerUrl: "answer_url", webhookUrl: "webhook_url" } as const;

function fieldPhrase({ field, from, to, unknown }: PlannedField): Phrase {
  if (field === "webhookSecret") return ours("another webhook secret");
  const value = (text: string | undefined) => (text === undefined ? ours("none") : say`${text}`);
  return say`${ours(fieldNames[field])}: ${value(from)} → ${unknown ? ours("known after the deployment") : value(to)}`;
}

const number = /^routes\["(\+\d+)"\]$/;

function numbersIn(step: PlannedStep, { preview, numbers }: NetChange): Accounted {
  const { op, changed } = step;
  if (op === "create" && preview.deployed.routes.size === 0) return "told by the code";
  if (op !== "update") return told(step, "numbers");
  if (isUnfinished(step)) return told(step, "numbers", [unfinished], []);
  const byCode = numbersOf(numbers);
  const paths = changed.filter((path) => path !== UNFINISHED && !byCode.has(number.exec(path)?.[1] ?? ""));
  const unexplained = paths.filter((path) => number.test(path));
  // A table of which more than a path for each number is told differs as a whole.
  const options = paths.filter((path) => !number.test(path) && path !== "routes");
  if (unexplained.length + options.length === 0) return "told by the code";
  return told(
    step,
    "numbers",
    unexplained.length > 0
      ? [
          ours(
            "the voice file routes them as before, but their application is another one, or the state was changed by hand",
          ),
        ]
      : [],
    [
      ...(unexplained.length > 0
        ? [
            say`${counted(unexplained.length, "number")}: ${pathsPhrase(unexplained.map((path) => number.exec(path)?.[1] ?? path))}`,
          ]
        : []),
      pathsPhrase(options),
    ],
  );
}

/** What code beside the voice file does with the account: a route is told with its number. */
function ofOtherCode(step: PlannedStep, { preview, numbers }: NetChange): Accounted {
  const byCode = numbersOf(numbers);
  const routed = [...preview.routes].flatMap(([number, { urn }]) => (urn === step.urn ? [number] : []));
  const isTold = routed.length > 0 && routed.every((number) => byCode.has(number));
  return isTold ? "told by the code" : told(step, "resource");
}

function secretOf(step: PlannedStep, { preview, capabilities }: NetChange): Accounted {
  const { op, changed } = step;
  if (op === "create" && preview.deployed.applications.size === 0) return "told by the code";
  const isRotated = op !== "update" || changed.includes("keeper");
  if (!isRotated) return told(step, "webhook secret");
  const isWritten = ({ type, op: own, changed: paths }: PlannedStep) =>
    type === `${MINIVOICE}Application` && (own === "replace" || paths.some((path) => path.startsWith("webhookSecret")));
  const holders = preview.steps.filter(isWritten).length;
  return told(step, "webhook secret", rotatedSecret(holders, capabilities, op), [ours("another one")]);
}

const CODE = /^(code|imageUri|s3Bucket|s3Key|s3ObjectVersion|sourceCodeHash)\b/;

function functionOf(step: PlannedStep): Accounted {
  const { op, changed } = step;
  if (op !== "update")
    return told(step, "function", [
      ours(op === "delete" ? "nothing runs in its place" : "another function takes its place"),
    ]);
  const settings = changed.filter((path) => !CODE.test(path));
  const hasOtherCode = settings.length < changed.length;
  return told(
    step,
    "function",
    [],
    [...(hasOtherCode ? [ours("its code")] : []), ...(settings.length > 0 ? [pathsPhrase(settings)] : [])],
  );
}
