import type { VoiceApplication } from "../../../infra/voice-schema.ts";
import { declaredAs } from "../deployed-reading.ts";
import { type Draft, type Drafts, isMadeBefore } from "./drafts.ts";
import type { MadeApplication, MadeApplications } from "./made-applications.ts";

const fields = ["name", "answerUrl", "webhookUrl"] as const;
type Field = (typeof fields)[number];

/**
 * Puts the applications into the versions of a stack as its program makes them.
 *
 * @returns the names of those that it makes otherwise than the head's voice file says.
 */
export function overlayApplications(drafts: Drafts, { made, deleted }: MadeApplications): string[] {
  const declared = new Map(Object.entries(drafts.declared.head.voice.applications));
  const otherwise: string[] = [];
  for (const one of made) {
    const says = declared.get(one.key);
    const { deployed } = one;
    if (deployed && !deployed.fromVoiceFile)
      drafts.deployed.applications.set(deployed.key, declaredAs(deployed.was, undefined));
    if (!says) putUndeclared(drafts, one);
    else if (says.flow) for (const field of ["answerUrl", "webhookUrl"] as const) putAddress(drafts, one, says, field);
    if (one.is.adopt && !deployed) {
      put(drafts.head, one.key, "adopt", true);
      if (isMadeBefore(drafts, baseOf(drafts, one.key), says)) put(drafts.base, one.key, "adopt", true);
    }
    const isOtherwise = says && fields.filter((field) => putDeclared(drafts, one, says, field)).length > 0;
    if (!says || isOtherwise) otherwise.push(says?.name ?? one.is.name ?? one.key);
  }
  const keys = new Set(made.map(({ key }) => key));
  for (const one of deleted.filter(({ key }) => !keys.has(key))) {
    const says = declared.get(one.key);
    takeOut(drafts, one, says);
    if (says) otherwise.push(says.name);
  }
  return otherwise;
}

/** A field that the voice file tells. @returns whether the program makes it otherwise. */
function putDeclared(drafts: Drafts, made: MadeApplication, says: VoiceApplication, field: Field): boolean {
  const { key, deployed, is } = made;
  const isSilent = field !== "name" && says.flow !== undefined;
  // A secret that nobody can see counts as it is declared; where it changes, the engine says so.
  if (!isSilent && deployed?.was.hidden?.some((one) => one === field))
    put(drafts.deployed, deployed.key, field, (baseOf(drafts, key) ?? says)[field]);
  if (isSilent || is.hidden.includes(field) || is[field] === says[field]) return false;
  put(drafts.head, key, field, is[field]);
  if (field === "answerUrl" && is.answerUrl) drafts.programAddresses.add(is.answerUrl);
  if (isMadeBefore(drafts, baseOf(drafts, key), says)) put(drafts.base, key, field, is[field]);
  else if (deployed) put(drafts.base, key, field, deployed.was[field]);
  return true;
}

/**
 * An address that a flow is given. Which one the voice file does not say, so what is told is that it becomes another one than
 * is deployed. One that is not deployed yet has none to compare with: it is told where it lacks https, at a host of its own.
 */
function putAddress(
  drafts: Drafts,
  { key, deployed, is }: MadeApplication,
  says: VoiceApplication,
  field: Exclude<Field, "name">,
): void {
  const address = is[field];
  const before = baseOf(drafts, key);
  const was = deployed?.key === key && (deployed.was.flow || deployed.was.unfinished) ? deployed.was : undefined;
  const isTold = was
    ? was[field] !== undefined && was[field] !== address
    : address !== undefined &&
      !address.startsWith("https:") &&
      !drafts.deployedHosts.has(URL.parse(address)?.host ?? "");
  if (address === undefined || !isTold) return;
  put(drafts.head, key, field, address);
  if (isMadeBefore(drafts, before, says)) put(drafts.base, key, field, address);
  else if (was) put(drafts.base, key, field, was[field]);
  if (was) put(drafts.deployed, key, field, was[field]);
  if (field === "answerUrl") for (const one of [address, was?.[field]]) if (one) drafts.programAddresses.add(one);
}

/** An application that no line of the head's voice file stands for. */
function putUndeclared(drafts: Drafts, { key, deployed, is }: MadeApplication): void {
  const { head, base, programAddresses } = drafts;
  const was = deployed?.was;
  const before = baseOf(drafts, key);
  const flow = was?.flow ?? before?.flow;
  const isHidden = (field: Field) => is.hidden.includes(field);
  const isMoved = flow === undefined || (!isHidden("answerUrl") && is.answerUrl !== was?.answerUrl);
  const made = (read: (field: Field) => string | undefined): VoiceApplication => {
    const addresses = (["answerUrl", "webhookUrl"] as const).flatMap((field) => {
      const value = isMoved ? read(field) : undefined;
      return value === undefined ? [] : [[field, value] as const];
    });
    return { name: read("name") ?? key, ...(flow && { flow }), ...Object.fromEntries(addresses) };
  };
  const now = made((field) => (isHidden(field) ? was?.[field] : is[field]));
  head.applications.set(key, now);
  for (const { answerUrl } of [now, ...(was ? [was] : [])]) if (answerUrl) programAddresses.add(answerUrl);
  if (!before && drafts.isSameProgram) base.applications.set(key, now);
  else if (!before && was)
    base.applications.set(
      key,
      made((field) => was[field]),
    );
  if (deployed && was)
    drafts.deployed.applications.set(
      deployed.key,
      made((field) => was[field]),
    );
}

/** An application that no resource has its key of any more. */
function takeOut(
  { head, base, deployed, ...drafts }: Drafts,
  { key, fromVoiceFile, was, lives }: MadeApplications["deleted"][number],
  says: VoiceApplication | undefined,
): void {
  if (!fromVoiceFile && !lives) {
    deployed.applications.set(key, declaredAs(was, undefined));
    if (was.answerUrl) drafts.programAddresses.add(was.answerUrl);
    if (!drafts.isSameProgram) base.applications.set(key, declaredAs(was, undefined));
  }
  // What leaves with its line in the voice file is told by that.
  if (!fromVoiceFile || !says) return;
  head.applications.delete(key);
  if (isMadeBefore(drafts, baseOf(drafts, key), says)) base.applications.delete(key);
}

const baseOf = ({ declared }: Pick<Drafts, "declared">, key: string): VoiceApplication | undefined =>
  declared.base && Object.hasOwn(declared.base.voice.applications, key)
    ? declared.base.voice.applications[key]
    : undefined;

function put({ applications }: Draft, key: string, field: Field | "adopt", value: string | true | undefined): void {
  const { [field]: _, ...others } = applications.get(key) ?? {};
  if (applications.has(key))
    applications.set(key, { ...others, ...(value !== undefined && { [field]: value }) } as VoiceApplication);
}
