import { applicationIn, describeLive } from "pulumi-minivoice/lifecycle";
import { REJECT, type VoiceApplication, type VoiceFile } from "../../infra/voice-schema.ts";
import { shownAnswerUrl } from "../call-flow/shown-answer-url.ts";
import { compareNumbers } from "../review/changes/number-changes.ts";
import type { StackReading } from "../review/reading.ts";
import { numberSection } from "../review/report/number-section.ts";
import { counted, joined, ours, type Phrase, say } from "../review/report/phrase.ts";
import type { Report, Section } from "../review/report/report.ts";
import type { FixPlan } from "./fix.ts";
import { nameApplications } from "./names.ts";
import type { Declared, Live } from "./pictures.ts";
import type { RecordedStack } from "./recorded.ts";
import type { ObjectReport } from "./report.ts";

/** The sides of a check whose code could be read. */
export interface Sides {
  voice: VoiceFile;
  declared: Declared;
  recorded: RecordedStack;
  live: Live;
}

/** What callers will notice when what drifted is put back: from what is live to what the code says. */
export function fixReview(stack: string, { objects, expected }: FixPlan, sides: Sides): Report {
  const numbers = numberChanges(stack, Object.keys(expected), sides);
  const moved = numbers.reduce((sum, group) => sum + group.numbers.length, 0);
  const applications = objects.filter(({ kind }) => kind === "application");
  const heard = applications.flatMap((application) => heardPhrase(application, sides) ?? []);
  const silent = objects.length - moved - heard.length;
  const parts = [
    ...(moved > 0 ? [counted(moved, "number changes", "numbers change")] : []),
    ...(heard.length > 0 ? [counted(heard.length, "application changes", "applications change")] : []),
  ];
  return {
    about: "drift",
    stack,
    title: say`Putting back ${stack}`,
    verdict:
      parts.length === 0
        ? { kind: "fine", text: ours("no caller will notice anything") }
        : { kind: "changes", text: say`callers will notice: ${joined(parts, ", ")}` },
    facts: silent > 0 ? [say`${counted(silent, "object is", "objects are")} put back unnoticed by callers`] : [],
    sections: [numberSection(numbers, false), heardSection(heard)].filter((section) => section !== undefined),
  };
}

function numberChanges(stack: string, numbers: readonly string[], sides: Sides) {
  const { declared, recorded, live } = sides;
  const keys = new Map([...recorded.applications].map(([key, { id }]) => [id, key]));
  const targetOf = (entry: string | undefined): string => {
    const id = entry === undefined ? undefined : applicationIn(entry);
    // Whoever is refused does not hear why: a number that nobody holds is out of service, too.
    if (id === undefined || entry?.startsWith(REJECT)) return REJECT;
    return keys.get(id) ?? id;
  };
  const entryOf = (number: string): string | undefined => {
    const reading = live.numbers.get(number);
    return reading && "found" in reading ? describeLive(reading.found) : undefined;
  };
  const routes = (of: (number: string) => string | undefined) =>
    Object.fromEntries(numbers.map((number) => [number, targetOf(of(number))]));
  const [before, after] = [routes(entryOf), routes((number) => declared.routes.get(number))];
  const applications = applicationsFor([...Object.values(before), ...Object.values(after)], sides);
  const reading = (wanted: Record<string, string>): StackReading => ({
    stack,
    voice: { applications, routes: wanted },
    flows: {},
    account: { local: false, production: false, baseUrl: "" },
    capabilities: "managed",
    configuration: {},
  });
  return compareNumbers(reading(before), reading(after), undefined).groups;
}

/** The applications that numbers come from or go to: ours by their keys, strangers by their ids. */
function applicationsFor(
  targets: readonly string[],
  { voice, recorded, live }: Sides,
): Record<string, VoiceApplication> {
  const names = nameApplications(recorded, live);
  const known = [...new Set(targets)].filter((target) => target !== REJECT);
  return Object.fromEntries(
    known.map((key): [string, VoiceApplication] => {
      const id = recorded.applications.get(key)?.id ?? key;
      const declared = Object.hasOwn(voice.applications, key) ? voice.applications[key] : undefined;
      return [key, declared ?? { name: names.get(id) ?? id }];
    }),
  );
}

/** What becomes of the calls of an application; nothing where only its name or its webhooks differ. */
function heardPhrase({ key, status, fields, name }: ObjectReport, { voice, declared, recorded, live }: Sides) {
  const called = say`${name ?? key}`;
  if (status === "missing") return say`${called} is made anew, with an id and an API key of its own`;
  if (!fields.some(({ field, status: found }) => field === "answer_url" && found === "drifted")) return undefined;
  const flow = voice.applications[key]?.flow;
  const id = recorded.applications.get(key)?.id ?? "";
  const reading = "unknown" in live.applications ? undefined : live.applications.get(id);
  const answered = reading && "found" in reading ? reading.found.answer_url : undefined;
  const now = answered === undefined ? ours("by nobody") : say`by ${shownAnswerUrl(answered)}`;
  const then = flow
    ? say`by the flow ${flow}`
    : say`by ${shownAnswerUrl(declared.applications.get(key)?.answerUrl ?? "")}`;
  return say`Callers of ${called} are answered ${then} again, and no longer ${now}`;
}

const heardSection = (heard: readonly Phrase[]): Section | undefined =>
  heard.length === 0
    ? undefined
    : {
        title: ours("Who answers"),
        summary: counted(heard.length, "application"),
        blocks: [{ kind: "list", items: [...heard] }],
      };
