import { isDeepStrictEqual } from "node:util";
import { publicUrl } from "pulumi-minivoice/lifecycle";
import { parseVoiceFile } from "../../infra/voice-file.ts";
import { REJECT, type VoiceApplication, type VoiceFile } from "../../infra/voice-schema.ts";
import type { Elsewhere } from "./find-unmanaged.ts";
import type { Live } from "./pictures.ts";
import type { RecordedStack } from "./recorded.ts";
import type { DriftReport, FieldReport, ObjectReport } from "./report.ts";
import { VoiceText } from "./voice-text.ts";

/** A difference that the voice file takes over. */
export interface AcceptedChange {
  /** The number, or the key of the application. */
  object: string;
  field: "route" | keyof typeof fileField;
  from?: string;
  /** Absent: it leaves the file. */
  to?: string;
}

/** A difference that no voice file can say, or should. */
export interface LeftChange {
  object: string;
  why: string;
}

export interface Acceptance {
  /** The voice file as it is to be. */
  text: string;
  changes: AcceptedChange[];
  left: LeftChange[];
}

export interface AcceptOptions {
  /** The voice file as it is: its text, and what it declares. */
  text: string;
  voice: VoiceFile;
  report: DriftReport;
  recorded: RecordedStack;
  live: Live;
  elsewhere?: Elsewhere;
}

/**
 * Makes the voice file say what is live, for all that such a file can say: a route to an application of this stack or to
 * reject, an application's name, the URLs of one that is answered elsewhere; a number that went elsewhere or is gone leaves
 * the file. Only what drifted: what the code has changed itself stays.
 *
 * @throws Error when the file cannot be edited so, in which case nothing is said to be accepted
 */
export function accept(options: AcceptOptions): Acceptance {
  const { text, voice, report } = options;
  const drifted = report.objects.filter(
    ({ kind, status }) =>
      (kind === "number" || kind === "application") && (status === "drifted" || status === "missing"),
  );
  const decisions = drifted.flatMap((object) =>
    object.kind === "number" ? [decideNumber(object, options)] : decideApplication(object, options),
  );
  const changes = decisions.filter((decision) => "field" in decision);
  const refused = unfitNames(changes, options);
  const accepted = changes.filter((change) => !refused.has(change));
  const left = [...decisions.filter((decision) => "why" in decision), ...refused.values()];

  const file = new VoiceText(text);
  const applications = Object.entries(voice.applications).map(([key, application]) => [key, { ...application }]);
  const wanted: VoiceFile = { applications: Object.fromEntries(applications), routes: { ...voice.routes } };
  for (const change of accepted) write(change, file, wanted);
  const edited = file.edited();
  const flows = Object.values(voice.applications).flatMap(({ flow }) => flow ?? []);
  const parsed = parseVoiceFile(edited, { file: "the voice file", flows });
  if (parsed.voice && isDeepStrictEqual(parsed.voice, wanted)) return { text: edited, changes: accepted, left };
  const [problem] = parsed.problems;
  throw new Error(
    `the voice file is written in a way that cannot be edited safely${problem ? ` (${problem.message})` : ""}: ` +
      "make the change by hand",
  );
}

const otherCode = "it is not in the voice file: other code of the program declares it";

function decideNumber(
  { key: object, fields }: ObjectReport,
  { voice, recorded, live }: AcceptOptions,
): AcceptedChange | LeftChange {
  const from = voice.routes[object];
  if (from === undefined) return { object, why: otherCode };
  const change = { object, field: "route" as const, from };
  const reading = live.numbers.get(object);
  if (!reading || !("found" in reading)) return change;
  const { route_mode: mode, application_id: id } = reading.found;
  if (mode === REJECT && id === undefined) return { ...change, to: REJECT };
  if (mode === "webhook" && id !== undefined) {
    const to = [...recorded.applications].find(([, application]) => application.id === id)?.[0];
    return to !== undefined && Object.hasOwn(voice.applications, to) ? { ...change, to } : change;
  }
  const shown = fields[0]?.live?.text ?? mode;
  return { object, why: `no voice file can say "${shown}": put it back, or change it in the account` };
}

function decideApplication(
  { key: object, status, fields, id = "" }: ObjectReport,
  { voice, live }: AcceptOptions,
): (AcceptedChange | LeftChange)[] {
  const declared = Object.hasOwn(voice.applications, object) ? voice.applications[object] : undefined;
  if (!declared) return [{ object, why: otherCode }];
  if (status === "missing")
    return [{ object, why: "it was deleted: put it back, or take it out of the file yourself" }];
  const reading = live.applications instanceof Map ? live.applications.get(id) : undefined;
  const found = reading && "found" in reading ? reading.found : undefined;
  return fields.flatMap((report): (AcceptedChange | LeftChange)[] => {
    const { field } = report;
    if (report.status !== "drifted" || !isInFile(field)) return [];
    const [from, to] = [declared[fileField[field]], found?.[field]];
    const refusal = field === "name" ? undefined : refusalOf(declared, field, to);
    if (refusal !== undefined) return [{ object, why: `${field}: ${refusal}` }];
    return [{ object, field, ...(from !== undefined && { from }), ...(to !== undefined && { to }) }];
  });
}

const fileField = { name: "name", answer_url: "answerUrl", webhook_url: "webhookUrl" } as const;

const isInFile = (field: FieldReport["field"]): field is keyof typeof fileField => field in fileField;

/** Why a voice file cannot say this URL. */
function refusalOf({ flow }: VoiceApplication, field: "answer_url" | "webhook_url", to: string | undefined) {
  if (flow !== undefined) return "a flow of this stack answers it, at this stack's own functions: put it back";
  if (to === undefined) return field === "answer_url" ? "without one nobody would answer its calls" : undefined;
  if (/[?#]/.test(to)) return "it holds a query, which may be a secret: write it into the file yourself if it is none";
  return publicUrl(to);
}

/** Two applications may have swapped their names, so what counts is that no two have the same one at the end. */
function unfitNames(
  changes: readonly AcceptedChange[],
  { voice, elsewhere }: AcceptOptions,
): Map<AcceptedChange, LeftChange> {
  const refused = new Map<AcceptedChange, LeftChange>();
  const renamed = changes.filter(({ field }) => field === "name");
  for (let before = -1; before < refused.size; ) {
    before = refused.size;
    const names = new Map(Object.entries(voice.applications).map(([key, { name }]) => [key, name]));
    for (const change of renamed) if (!refused.has(change) && change.to) names.set(change.object, change.to);
    for (const change of renamed.filter((one) => !refused.has(one))) {
      const { object, to = "" } = change;
      const namesake = [...names].some(([other, name]) => other !== object && name === to);
      if (!namesake && !elsewhere?.applicationNames.has(to)) continue;
      const whose = namesake ? "another application of this stack" : "an application of another stack";
      refused.set(change, { object, why: `name: ${whose} is called "${to}", too: put it back, or rename that one` });
    }
  }
  return refused;
}

function write({ object, field, from, to }: AcceptedChange, file: VoiceText, wanted: VoiceFile): void {
  const path = field === "route" ? ["routes", object] : ["applications", object, fileField[field]];
  if (to === undefined) file.remove(path);
  else if (from === undefined) file.addAfter(["applications", object, "answerUrl"], path.at(-1) ?? "", to);
  else file.set(path, to);

  const holder = field === "route" ? wanted.routes : wanted.applications[object];
  const key = path.at(-1) ?? "";
  if (to === undefined) Reflect.deleteProperty(holder ?? {}, key);
  else Object.assign(holder ?? {}, { [key]: to });
}
