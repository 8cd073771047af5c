import { describeLive } from "pulumi-minivoice/lifecycle";
import { z } from "zod";
import type { ApplicationFields, RecordedApplication } from "./pictures.ts";

/** What a stack's state holds, with the resources that hold it. */
export interface RecordedStack {
  /** By the name of the resource, which is the key in the voice file. */
  applications: Map<string, RecordedApplication & Holder>;
  routes: Map<string, { entry: string } & Holder>;
  /** Where this stack's functions are reached; absent before they were first deployed. */
  endpoints?: { answerUrl: string; webhookUrl: string };
  /** The commit of the last successful `up`, if known. */
  revision?: string;
  /** Operations of a run that was cut off, or that is under way. */
  pendingOperations: number;
}

interface Holder {
  urn: string;
  /** Whether it is the voice file that declares it, rather than other code of the program. */
  fromVoiceFile: boolean;
}

/** What {@link recordedIn} could not read. */
export class StateUnreadable extends Error {}

const fieldsSchema = z.record(z.string(), z.unknown());
type Fields = z.infer<typeof fieldsSchema>;

const resourceSchema = z.object({
  urn: z.string(),
  type: z.string(),
  id: z.string().optional(),
  /** Being replaced: what counts is its successor. */
  delete: z.boolean().optional(),
  outputs: fieldsSchema.default({}),
});
type Resource = z.infer<typeof resourceSchema>;

const stateSchema = z.object({
  deployment: z.object({
    resources: z.array(resourceSchema).nullish(),
    pending_operations: z.array(z.unknown()).nullish(),
  }),
});

/**
 * Reads what a stack's state holds, from `pulumi stack export`. Applications and routes come from the resources, because the
 * stack's outputs are old or absent after an `up` that failed.
 *
 * @throws StateUnreadable when this is no exported state.
 */
export function recordedIn(exported: unknown): RecordedStack {
  const state = stateSchema.safeParse(exported);
  if (!state.success) throw new StateUnreadable("this is no state as `pulumi stack export` writes it");
  const { resources, pending_operations: pending } = state.data.deployment;
  const recorded: RecordedStack = {
    applications: new Map(),
    routes: new Map(),
    pendingOperations: pending?.length ?? 0,
  };
  const live = (resources ?? []).filter((resource) => !resource.delete);
  const environment = fieldsOf(live.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs.environment);
  const { answerUrl, webhookUrl } = live.find(({ type }) => type === VOICE_ENVIRONMENT)?.outputs ?? {};
  if (typeof answerUrl === "string" && typeof webhookUrl === "string") recorded.endpoints = { answerUrl, webhookUrl };
  if (typeof environment.revision === "string") recorded.revision = environment.revision;
  for (const resource of live) {
    const holder = { urn: resource.urn, fromVoiceFile: resource.urn.includes(`${VOICE_ENVIRONMENT}$`) };
    if (resource.type === `${MINIVOICE}Application`) addApplication(recorded, resource, holder, environment);
    for (const [number, entry] of routesOf(resource)) recorded.routes.set(number, { entry, ...holder });
  }
  return recorded;
}

const VOICE_ENVIRONMENT = "voice:index:VoiceEnvironment";
const MINIVOICE = "pulumi-nodejs:dynamic/minivoice:";

function addApplication(
  recorded: RecordedStack,
  { urn, id = "", outputs }: Resource,
  holder: Holder,
  environment: Fields,
) {
  const name = urn.split("::").at(-1) ?? urn;
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
    ...(holder.fromVoiceFile && picture.name !== undefined && { deployed: applicationFields(picture, name) }),
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

function routesOf({ type, outputs }: Resource): [string, string][] {
  if (type === `${MINIVOICE}DidRouteTable`)
    return Object.entries(fieldsOf(outputs.routes)).map(([number, entry]) => [
      number,
      lastWritten(fieldsOf(outputs.written)[number], String(entry)),
    ]);
  const number = textOf(outputs.number);
  if (type !== `${MINIVOICE}DidRoute` || number === undefined) return [];
  const applicationId = textOf(outputs.applicationId);
  const entry = describeLive({
    id: "",
    number_e164: number,
    route_mode: textOf(outputs.mode) ?? "webhook",
    ...(applicationId !== undefined && { application_id: applicationId }),
  });
  return [[number, lastWritten(outputs.written, entry)]];
}

/**
 * A refresh takes what it finds into the state, and the provider keeps beside it which application was written last; none
 * for a number that was to be out of service. So a refresh hides no drift.
 */
function lastWritten(written: unknown, seen: string): string {
  if (!Array.isArray(written) || written.length > 1) return seen;
  return written.length === 0 ? "reject" : String(written[0]);
}

const fieldsOf = (value: unknown): Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};

const textOf = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

/** The engine's mark on a value that it keeps as a secret. */
const isSecret = (value: unknown): boolean => Object.hasOwn(fieldsOf(value), "4dabf18193072939515e22adb298388d");
