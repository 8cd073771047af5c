import { isDeepStrictEqual } from "node:util";
import type { Application, Did } from "pulumi-minivoice/api";
import { describeLive, publicUrl } from "pulumi-minivoice/lifecycle";
import { parseVoiceFile } from "../../infra/voice-file.ts";
import { applicationKeyPattern, REJECT, type VoiceApplication, type VoiceFile } from "../../infra/voice-schema.ts";
import type { Elsewhere, Ignored } from "./find-unmanaged.ts";
import { scalarText, VoiceText } from "./voice-text.ts";

/** What an account holds. */
export interface AccountContents {
  applications: readonly Application[];
  numbers: readonly Did[];
}

export interface ImportOptions {
  /** The voice file that there is already: only what it does not declare is added. */
  existing?: { text: string; voice: VoiceFile };
  elsewhere?: Elsewhere;
  ignored?: Ignored;
  /** The flows that an application could be answered by later. */
  flows: readonly string[];
}

export interface Import {
  /** The voice file as it is to be. */
  text: string;
  /** What it declares beside what it declared before. */
  added: VoiceFile;
  /** What no voice file can say, or should. */
  left: { object: string; why: string }[];
  /** Keys of applications whose URLs hold a query, which may be a secret. */
  withQuery: string[];
}

/**
 * Writes the voice file of an account that was set up by hand: its applications, to be adopted as they are, and its numbers
 * as they route. An `up` of it writes nothing to the account.
 *
 * @throws Error where the file that is there cannot be added to
 */
export function importAccount({ applications, numbers }: AccountContents, options: ImportOptions): Import {
  const { existing, flows } = options;
  const added: VoiceFile = { applications: {}, routes: {} };
  const left: Import["left"] = [];
  const keys = new Map<string, string>();
  const known = new Map(Object.entries(existing?.voice.applications ?? {}).map(([key, { name }]) => [name, key]));
  const names = applications.map(({ name }) => name);
  for (const live of applications) {
    const { id, name } = live;
    const declared = known.get(name);
    if (declared !== undefined) keys.set(id, declared);
    else if (options.elsewhere?.applicationNames.has(name)) continue;
    else if (options.ignored?.application(live)) continue;
    else {
      const why = names.indexOf(name) !== names.lastIndexOf(name) ? namesake : unfit(live);
      if (why !== undefined) left.push({ object: `application ${JSON.stringify(name)} (${id})`, why });
      else {
        const key = freeKey(name, new Set([...known.values(), ...Object.keys(added.applications)]));
        keys.set(id, key);
        added.applications[key] = entryOf(live);
      }
    }
  }
  for (const did of [...numbers].sort((one, other) => (one.number_e164 < other.number_e164 ? -1 : 1))) {
    const { number_e164: number } = did;
    const isElsewhere = Object.hasOwn(existing?.voice.routes ?? {}, number) || options.elsewhere?.numbers.has(number);
    if (isElsewhere || options.ignored?.number(number)) continue;
    const entry = describeLive(did);
    const target = entry === REJECT ? REJECT : keys.get(entry);
    if (target === undefined) left.push({ object: number, why: whyLeft(did) });
    else added.routes[number] = target;
  }
  const text = existing ? addTo(existing.text, added, flows) : newFile(added, left, flows);
  assertSaid(text, added, options);
  const withQuery = Object.entries(added.applications).flatMap(([key, { answerUrl = "", webhookUrl = "" }]) =>
    /[?#]/.test(answerUrl + webhookUrl) ? [key] : [],
  );
  return { text, added, left, withQuery };
}

const whyLeft = ({ route_mode: mode, application_id: id }: Did): string => {
  if (id === undefined)
    return mode === "webhook" ? "no application is assigned to it" : `nobody knows the mode ${mode}`;
  return mode === "webhook"
    ? `it goes to ${id}, which is not in the file`
    : `it is in mode ${mode}, and still carries ${id}`;
};

const namesake =
  "another application of the account has the same name, and an application is adopted by its name: rename one";

/** Why an application cannot be adopted without a change. */
function unfit({ name, answer_url: answer, webhook_url: webhook }: Application): string | undefined {
  if (answer === undefined) return "it has no answer_url, so nobody answers its calls";
  if (!/\S/.test(name)) return "it has no name";
  return publicUrl(answer) ?? (webhook === undefined ? undefined : publicUrl(webhook));
}

const entryOf = ({ name, answer_url: answerUrl, webhook_url: webhookUrl }: Application): VoiceApplication => ({
  name,
  ...(answerUrl !== undefined && { answerUrl }),
  ...(webhookUrl !== undefined && { webhookUrl }),
  adopt: true,
});

/** A key made of the name: `Front desk (EU)` → `front-desk-eu`. */
function freeKey(name: string, taken: ReadonlySet<string>): string {
  const plain = name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const slug = plain
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+|-+$/g, "")
    .slice(0, 34)
    .replace(/-+$/, "");
  const stem = applicationKeyPattern.test(slug) ? slug : "application";
  for (let index = 1; ; index++) {
    const key = index === 1 ? stem : `${stem}-${index}`;
    if (!taken.has(key)) return key;
  }
}

function newFile(added: VoiceFile, left: Import["left"], flows: readonly string[]): string {
  const entries = (lines: string[]) =>
    lines.length === 0 ? " {}\n" : `\n${lines.map((line) => `  ${line}\n`).join("")}`;
  const aside = left.map(({ object, why }) => `# Left out: ${object}: ${why}\n`.replace(/[^\P{C}\n]/gu, "�"));
  return (
    "# yaml-language-server: $schema=./voice.schema.json\n" +
    "# Made by `minivoice import` of what the account held. Each application is answered where it was before. To let a flow of\n" +
    `# this project answer instead, ${howToAnswer(flows)}.\n` +
    `${aside.join("")}applications:${entries(applicationLines(added))}routes:${entries(routeLines(added))}`
  );
}

const howToAnswer = (flows: readonly string[]) =>
  `write flow: (${flows.join(", ")}) in the place of answerUrl and webhookUrl`;

function addTo(text: string, added: VoiceFile, flows: readonly string[]): string {
  const file = new VoiceText(text);
  const [applications, routes] = [applicationLines(added), routeLines(added)];
  const comment = `# Adopted as the account had it. To let a flow answer instead, ${howToAnswer(flows)}.`;
  if (applications.length > 0) file.append(["applications"], [comment, ...applications]);
  if (routes.length > 0) file.append(["routes"], routes);
  return file.edited();
}

const applicationLines = ({ applications }: VoiceFile): string[] =>
  Object.entries(applications).flatMap(([key, fields]) => [
    `${key}:`,
    ...Object.entries(fields).map(
      ([field, value]) => `  ${field}: ${value === true ? "true" : scalarText(String(value), false)}`,
    ),
  ]);

const routeLines = ({ routes }: VoiceFile): string[] =>
  Object.entries(routes).map(([number, target]) => `${JSON.stringify(number)}: ${target}`);

/** What was written is read again: a name may be written like YAML. */
function assertSaid(text: string, added: VoiceFile, { existing, flows }: ImportOptions): void {
  const wanted = {
    applications: { ...existing?.voice.applications, ...added.applications },
    routes: { ...existing?.voice.routes, ...added.routes },
  };
  const { voice, problems } = parseVoiceFile(text, { file: "the voice file", flows });
  if (voice && isDeepStrictEqual(voice, wanted)) return;
  const [problem] = problems;
  throw new Error(
    `the account cannot be written as a voice file${problem ? `: line ${problem.line}: ${problem.message}` : ""}`,
  );
}
