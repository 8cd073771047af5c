import { describeLive } from "pulumi-minivoice/lifecycle";
import { REJECT } from "../../infra/voice-schema.ts";
import {
  exportedState,
  type Fields,
  fieldsOf,
  isOfVoiceFile,
  isSecret,
  MINIVOICE,
  nameOf,
  type StateResource,
  textOf,
  VOICE_ENVIRONMENT,
} from "../stack-state/exported-state.ts";
import type { ApplicationFields, RecordedApplication, RecordedCode, RecordedRoute } from "./pictures.ts";

/** What a stack's state holds, with the resources that hold it. */
export interface RecordedStack {
  /** By the name of the resource, which is the key in the voice file. */
  applications: Map<string, RecordedApplication & Holder>;
  /** By key: what the last `up` told of, and the state has no more. A refresh takes out what it does not find. */
  gone: Map<string, { id: string; name: string; urn: string }>;
  /** By number. */
  routes: Map<string, RecordedRoute & Holder>;
  /** What the last `up` routed, and the state has no more: a refresh takes out a number that is gone. */
  goneNumbers: Set<string>;
  /** By URN: what the last `up` left unfinished. */
  unfinished: Map<string, { name: string; fromVoiceFile: boolean }>;
  /** By the name of the resource, such as `voice-test-answer`: the functions of the environment. */
  code: Map<string, RecordedFunction>;
  /** Where this stack's functions are reached; absent before they were first deployed. */
  endpoints?: { answerUrl: string; webhookUrl: string };
  /** The commit of the last successful `up`, if known. */
  revision?: string;
  /** Operations of a run that was cut off, or that is under way. */
  pendingOperations: number;
}

/** A Lambda function of the stack. */
export interface RecordedFunction extends RecordedCode {
  urn: string;
  /** AWS's name of it. */
  id: string;
  region: string;
}

interface Holder {
  urn: string;
  /** Whether it is the voice file that declares it, rather than other code of the program. */
  fromVoiceFile: boolean;
}

/**
 * Reads what a stack's state holds, from `pulumi stack export`.
 *
 * @throws StateUnreadable when this is no exported state.
 */
export function recordedIn(exported: unknown): RecordedStack {
  const { resources: live, pendingOperations } = exportedState(exported);
  const recorded: RecordedStack = {
    applications: new Map(),
    gone: new Map(),
    routes: new Map(),
    goneNumbers: new Set(),
    unfinished: new Map(),
    code: new Map(),
    pendingOperations,
  };
  const environment = fieldsOf(live.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs.environment);
  const voice = live.find(({ type }) => type === VOICE_ENVIRONMENT);
  const { answerUrl, webhookUrl } = voice?.outputs ?? {};
  if (typeof answerUrl === "string" && typeof webhookUrl === "string") recorded.endpoints = { answerUrl, webhookUrl };
  if (typeof environment.revision === "string") recorded.revision = environment.revision;
  for (const resource of live) {
    const holder = { urn: resource.urn, fromVoiceFile: isOfVoiceFile(resource.urn) };
    if (resource.type.startsWith(MINIVOICE) && resource.initErrors?.length)
      recorded.unfinished.set(resource.urn, { name: nameOf(resource), fromVoiceFile: holder.fromVoiceFile });
    if (resource.type === `${MINIVOICE}Application`) addApplication(recorded, resource, holder, environment);
    if (resource.type === FUNCTION && holder.fromVoiceFile) recorded.code.set(nameOf(resource), functionOf(resource));
    for (const [number, route] of routesOf(resource)) recorded.routes.set(number, { ...route, ...holder });
  }
  for (const [key, picture] of Object.entries(fieldsOf(environment.applications))) {
    const { applicationId, name = key } = fieldsOf(picture);
    const id = textOf(applicationId);
    if (voice && id && !recorded.applications.has(key))
      recorded.gone.set(key, { id, name: String(name), urn: urnIn(voice, key) });
  }
  for (const [number, target] of Object.entries(fieldsOf(environment.routes))) {
    const route = recorded.routes.get(number);
    if (route === undefined) recorded.goneNumbers.add(number);
    if (route?.fromVoiceFile)
      route.declaredThen = target === REJECT ? REJECT : recorded.applications.get(String(target))?.id;
  }
  return recorded;
}

const FUNCTION = "aws:lambda/function:Function";

/** The URN of an application of an environment. */
const urnIn = ({ urn }: StateResource, key: string): string =>
  `${urn.slice(0, urn.lastIndexOf("::"))}$${MINIVOICE}Application::${key}`;

/** The engine keeps the hash of each file of an archive; a bundle is one file. */
function functionOf({ urn, id = "", inputs, outputs }: StateResource): RecordedFunction {
  const [file, ...more] = Object.values(fieldsOf(fieldsOf(inputs.code).assets));
  return {
    urn,
    id,
    region: textOf(outputs.arn)?.split(":")[3] ?? "",
    bundle: more.length === 0 ? textOf(fieldsOf(file).hash) : undefined,
    archive: textOf(outputs.codeSha256),
  };
}

function addApplication(
  recorded: RecordedStack,
  { urn, id = "", outputs }: StateResource,
  holder: Holder,
  environment: Fields,
) {
  const name = nameOf({ urn });
  // Two resources of one name have different parents.
  const key = recorded.applications.has(name) ? urn : name;
  const picture = fieldsOf(fieldsOf(environment.applications)[key]);
  const hidden = (["answerUrl", "webhookUrl"] as const).filter((field) => isSecret(outputs[field]));
  const customerId = textOf(outputs.customerId);
  recorded.applications.set(key, {
    id,
    ...applicationFields(outputs, name),
    ...(hidden.length > 0 && { hidden }),
    ...(customerId !== undefined && { customerId }),
    ...(Array.isArray(outputs.changedOutside) && { changedOutside: outputs.changedOutside.map(String) }),
    ...(holder.fromVoiceFile && picture.name !== undefined && { declaredThen: applicationFields(picture, name) }),
    ...holder,
  });
}

function applicationFields({ name, answerUrl, webhookUrl }: Fields, fallback: string): ApplicationFields {
  const [answer, webhook] = [textOf(answerUrl), textOf(webhookUrl)];
  return {
    name: textOf(name) ?? fallback,
    ...(answer !== undefined && { answerUrl: answer }),
    ...(webhook !== undefined && { webhookUrl: webhook }),
  };
}

function routesOf({ type, outputs }: StateResource): [string, RecordedRoute][] {
  if (type === `${MINIVOICE}DidRouteTable`)
    return Object.entries(fieldsOf(outputs.routes)).map(([number, seen]) => [
      number,
      routeOf(fieldsOf(outputs.written)[number], String(seen)),
    ]);
  const number = textOf(outputs.number);
  if (type !== `${MINIVOICE}DidRoute` || number === undefined) return [];
  const applicationId = textOf(outputs.applicationId);
  const seen = describeLive({
    id: "",
    number_e164: number,
    route_mode: textOf(outputs.mode) ?? "webhook",
    ...(applicationId !== undefined && { application_id: applicationId }),
  });
  return [[number, routeOf(outputs.written, seen)]];
}

function routeOf(written: unknown, seen: string): RecordedRoute {
  const entry = lastWritten(written, seen);
  return entry === seen ? { entry } : { entry, seen };
}

/**
 * A refresh takes what it finds into the state, and the provider keeps beside it which application was written last; none
 * for a number that was to be out of service. So a refresh hides no drift.
 */
function lastWritten(written: unknown, seen: string): string {
  if (!Array.isArray(written) || written.length > 1) return seen;
  return written.length === 0 ? REJECT : String(written[0]);
}
