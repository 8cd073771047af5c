import { z } from "zod";
import { signWebhook } from "../webhooks/signature.ts";

/** One application of a stack, as the stack's state has it. */
export interface DeployedApplication {
  /** The name of the resource, which is the key in the voice file. */
  key: string;
  id: string;
  name: string;
  answerUrl?: string;
  webhookUrl?: string;
  /** The flow of this project that answers its calls. Absent: answered elsewhere, or deployed by another program. */
  flow?: string;
  /** Signs a body as MiniVoice is to; absent where the state holds no secret. The secret itself stays in here. */
  sign?: (timestamp: string, body: string) => string;
  /** Its secret was to be set by hand, and nobody can see whether it was. */
  secretUnverified: boolean;
}

/** What a stack holds, from its exported state. */
export interface Deployed {
  applications: DeployedApplication[];
  /** Number → the id of the application that it is declared to route to, or `reject`. */
  routes: Map<string, string>;
  /** Flow → digest of what was deployed under its name. */
  flowDigests: Record<string, string>;
  /** The commit that was deployed, if known. */
  revision?: string;
  /** Where the events of calls are recorded. */
  records?: { table: string; region?: string };
  /** The log group of the answer function, which says what came of each request for actions. */
  answerLog?: string;
  /** What stands between a webhook and the work on it; absent where nothing is seen. */
  queue?: { name: string; worker: string };
}

const resourceSchema = z.object({
  urn: z.string(),
  type: z.string(),
  id: z.string().optional(),
  /** Being replaced: what counts is its successor. */
  delete: z.boolean().optional(),
  inputs: z.record(z.string(), z.unknown()).default({}),
  outputs: z.record(z.string(), z.unknown()).default({}),
});
const stateSchema = z.object({ deployment: z.object({ resources: z.array(resourceSchema).default([]) }) });

type Resource = z.output<typeof resourceSchema>;

/** What {@link deployedIn} could not read. */
export class StateUnreadable extends Error {}

/**
 * Reads what a stack holds from `pulumi stack export --show-secrets`. Applications and routes come from the resources,
 * because outputs are old or absent after an `up` that failed.
 *
 * @throws StateUnreadable when this is no exported state.
 */
export function deployedIn(exported: unknown): Deployed {
  const state = stateSchema.safeParse(exported);
  if (!state.success) throw new StateUnreadable("this is no state as `pulumi stack export` writes it");
  const resources = state.data.deployment.resources.filter((resource) => !resource.delete);
  const ofType = (type: string) => resources.filter((resource) => resource.type === type);
  const environment = recordOf(plain(ofType("pulumi:pulumi:Stack")[0]?.outputs.environment));
  const revision = textOf(environment.revision);
  const records = recordsIn(ofType("aws:dynamodb/table:Table"));
  const answerLog = answerLogIn(ofType("aws:lambda/function:Function"));
  const queue = queueIn(ofType("aws:lambda/eventSourceMapping:EventSourceMapping"));
  return {
    // The engine writes resources in any order; a report keeps to one.
    applications: ofType(`${MINIVOICE}Application`)
      .map((resource) => applicationOf(resource, environment))
      .sort((a, b) => (a.key < b.key ? -1 : 1)),
    routes: new Map(resources.flatMap(routesOf).sort(([a], [b]) => (a < b ? -1 : 1))),
    flowDigests: Object.fromEntries(textsOf(environment.flows)),
    ...(revision !== undefined && { revision }),
    ...(records && { records }),
    ...(answerLog !== undefined && { answerLog }),
    ...(queue && { queue }),
  };
}

const MINIVOICE = "pulumi-nodejs:dynamic/minivoice:";

function applicationOf({ urn, id = "", inputs, outputs }: Resource, environment: Fields): DeployedApplication {
  const key = urn.split("::").at(-1) ?? urn;
  const declared = { ...outputs, ...inputs };
  const answerUrl = textOf(declared.answerUrl);
  const webhookUrl = textOf(declared.webhookUrl);
  const secret = textOf(plain(declared.webhookSecret));
  const flow = textOf(recordOf(recordOf(environment.applications)[key]).flow);
  return {
    key,
    id,
    name: textOf(declared.name) ?? key,
    ...(answerUrl !== undefined && { answerUrl }),
    ...(webhookUrl !== undefined && { webhookUrl }),
    ...(flow !== undefined && { flow }),
    ...(secret !== undefined && { sign: (timestamp, body) => signWebhook(secret, timestamp, body) }),
    secretUnverified: outputs.webhookSecretHash !== undefined,
  };
}

/** What was declared, not what was found at the last `up`: the declaration is what a number is held against. */
function routesOf({ type, inputs, outputs }: Resource): [string, string][] {
  const declared = { ...outputs, ...inputs };
  if (type === `${MINIVOICE}DidRouteTable`) return textsOf(declared.routes);
  if (type !== `${MINIVOICE}DidRoute`) return [];
  const number = textOf(declared.number);
  const target = textOf(declared.mode) ?? textOf(declared.applicationId);
  return number !== undefined && target !== undefined ? [[number, target]] : [];
}

/** The table of call records is known by its keys: any name may have been given to it. */
function recordsIn(tables: Resource[]): Deployed["records"] {
  const found = tables.find(({ inputs }) => inputs.hashKey === "callId" && inputs.rangeKey === "eventKey");
  const table = textOf(found?.outputs.name) ?? textOf(found?.inputs.name);
  if (table === undefined) return undefined;
  const region = textOf(found?.outputs.arn)?.split(":")[3];
  return { table, ...(region && { region }) };
}

/** `VoiceEnvironment` calls its functions after what they do. */
function answerLogIn(functions: Resource[]): string | undefined {
  const answers = functions.find(({ urn }) => urn.endsWith("-answer"));
  return textOf(recordOf(answers?.inputs.loggingConfig).logGroup);
}

function queueIn(mappings: Resource[]): Deployed["queue"] {
  for (const { inputs, outputs } of mappings) {
    const name = /^arn:[^:]*:sqs:[^:]*:[^:]*:(.+)$/.exec(textOf(inputs.eventSourceArn) ?? "")?.[1];
    const worker = textOf(outputs.functionName) ?? textOf(inputs.functionName);
    if (name !== undefined && worker !== undefined) return { name, worker: worker.split(":").at(-1) ?? worker };
  }
  return undefined;
}

type Fields = Record<string, unknown>;

const SECRET_MARK = "4dabf18193072939515e22adb298388d";

/** The value of an exported secret; any other value is itself. */
function plain(value: unknown): unknown {
  const { [SECRET_MARK]: mark, plaintext } = recordOf(value);
  if (mark === undefined) return value;
  try {
    return typeof plaintext === "string" ? JSON.parse(plaintext) : undefined;
  } catch {
    return undefined;
  }
}

const recordOf = (value: unknown): Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
const textOf = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);
const textsOf = (value: unknown): [string, string][] =>
  Object.entries(recordOf(value)).filter((entry): entry is [string, string] => typeof entry[1] === "string");
