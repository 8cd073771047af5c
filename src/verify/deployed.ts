import {
  exportedState,
  type Fields,
  fieldsOf,
  MINIVOICE,
  nameOf,
  opened,
  type StateResource,
  textOf,
} from "../stack-state/exported-state.ts";
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

/**
 * Reads what a stack holds from `pulumi stack export --show-secrets`.
 *
 * @throws StateUnreadable when this is no exported state.
 */
export function deployedIn(exported: unknown): Deployed {
  const { resources } = exportedState(exported);
  const ofType = (type: string) => resources.filter((resource) => resource.type === type);
  const environment = fieldsOf(opened(ofType("pulumi:pulumi:Stack")[0]?.outputs.environment));
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

function applicationOf({ urn, id = "", inputs, outputs }: StateResource, environment: Fields): DeployedApplication {
  const key = nameOf({ urn });
  const declared = { ...outputs, ...inputs };
  const answerUrl = textOf(declared.answerUrl);
  const webhookUrl = textOf(declared.webhookUrl);
  const secret = textOf(opened(declared.webhookSecret));
  const flow = textOf(fieldsOf(fieldsOf(environment.applications)[key]).flow);
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
function routesOf({ type, inputs, outputs }: StateResource): [string, string][] {
  const declared = { ...outputs, ...inputs };
  if (type === `${MINIVOICE}DidRouteTable`) return textsOf(declared.routes);
  if (type !== `${MINIVOICE}DidRoute`) return [];
  const number = textOf(declared.number);
  const target = textOf(declared.mode) ?? textOf(declared.applicationId);
  return number !== undefined && target !== undefined ? [[number, target]] : [];
}

/** The table of call records is known by its keys: any name may have been given to it. */
function recordsIn(tables: StateResource[]): Deployed["records"] {
  const found = tables.find(({ inputs }) => inputs.hashKey === "callId" && inputs.rangeKey === "eventKey");
  const table = textOf(found?.outputs.name) ?? textOf(found?.inputs.name);
  if (table === undefined) return undefined;
  const region = textOf(found?.outputs.arn)?.split(":")[3];
  return { table, ...(region && { region }) };
}

/** `VoiceEnvironment` calls its functions after what they do. */
function answerLogIn(functions: StateResource[]): string | undefined {
  const answers = functions.find(({ urn }) => urn.endsWith("-answer"));
  return textOf(fieldsOf(answers?.inputs.loggingConfig).logGroup);
}

function queueIn(mappings: StateResource[]): Deployed["queue"] {
  for (const { inputs, outputs } of mappings) {
    const name = /^arn:[^:]*:sqs:[^:]*:[^:]*:(.+)$/.exec(textOf(inputs.eventSourceArn) ?? "")?.[1];
    const worker = textOf(outputs.functionName) ?? textOf(inputs.functionName);
    if (name !== undefined && worker !== undefined) return { name, worker: worker.split(":").at(-1) ?? worker };
  }
  return undefined;
}

const textsOf = (value: unknown): [string, string][] =>
  Object.entries(fieldsOf(value)).filter((entry): entry is [string, string] => typeof entry[1] === "string");
