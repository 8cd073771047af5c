import type { Properties } from "../../resources/resource-type.ts";
import { AwsError } from "../errors.ts";
import { lastPart } from "../gateway/service.ts";
import type { ResourceHandler, Services } from "./handler.ts";

export const QUEUE_TYPE = "aws:sqs/queue:Queue";
export const REDRIVE_ALLOW_POLICY_TYPE = "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy";

/** Names of the inputs in the SQS API. */
const ATTRIBUTES: Record<string, string> = {
  delaySeconds: "DelaySeconds",
  maxMessageSize: "MaximumMessageSize",
  messageRetentionSeconds: "MessageRetentionPeriod",
  receiveWaitTimeSeconds: "ReceiveMessageWaitTimeSeconds",
  redriveAllowPolicy: "RedriveAllowPolicy",
  redrivePolicy: "RedrivePolicy",
  sqsManagedSseEnabled: "SqsManagedSseEnabled",
  visibilityTimeoutSeconds: "VisibilityTimeout",
};

/** Queues in the emulator. */
export const queueHandler: ResourceHandler = {
  conflict: "QueueAlreadyExists",
  id: (inputs, { accountId, endpoint }) => `${endpoint}/${accountId}/${inputs.name}`,
  key: lastPart,
  create: async ({ id, inputs, region }, services) => {
    const name = String(inputs.name);
    const arn = `arn:aws:sqs:${region}:${services.accountId}:${name}`;
    checkRedrive(inputs, arn, services);
    await services.queues.create(name, { url: id, arn }, attributesOf(inputs, undefined));
    return { arn, url: id };
  },
  update: async ({ id, inputs }, { attributes }, services) => {
    checkRedrive(inputs, String(attributes.arn), services);
    await services.queues.update(String(inputs.name), attributesOf(inputs, allowPolicyBeside(id, services)));
    return attributes;
  },
  delete: async ({ id }, { queues }) => queues.delete(lastPart(id)),
};

/** The name of a queue in its ARN. */
export function queueName(arn: unknown): string {
  return String(arn).split(":").at(-1) ?? "";
}

/** The dead-letter queue of a queue. */
export function deadLetterQueue(inputs: Properties): string | undefined {
  return inputs.redrivePolicy === undefined
    ? undefined
    : queueName(JSON.parse(String(inputs.redrivePolicy)).deadLetterTargetArn);
}

/** A redrive allow policy that is a resource of its own. */
function allowPolicyBeside(url: string, { state }: Services): unknown {
  return state.resource(REDRIVE_ALLOW_POLICY_TYPE, url)?.inputs.redriveAllowPolicy;
}

/** An empty text is how SQS forgets an attribute. */
function attributesOf(inputs: Properties, allowPolicy: unknown): Record<string, string> {
  const given = { redriveAllowPolicy: allowPolicy ?? "", redrivePolicy: "", ...inputs } as Properties;
  const known = Object.entries(ATTRIBUTES).filter(([property]) => given[property] !== undefined);
  return Object.fromEntries(known.map(([property, attribute]) => [attribute, String(given[property])]));
}

function checkRedrive(inputs: Properties, arn: string, services: Services): void {
  const target = deadLetterQueue(inputs);
  if (target === undefined) return;
  const refuse = (reason: string) =>
    new AwsError(
      "InvalidParameterValue",
      `Value ${inputs.redrivePolicy} for parameter RedrivePolicy is invalid. Reason: ${reason}`,
    );
  const dead = services.state.resource(QUEUE_TYPE, target);
  if (!dead) throw refuse("Dead letter target does not exist.");
  const allow = dead.inputs.redriveAllowPolicy ?? allowPolicyBeside(dead.id, services);
  const { redrivePermission, sourceQueueArns = [] } = allow
    ? JSON.parse(String(allow))
    : { redrivePermission: "allowAll" };
  if (redrivePermission === "allowAll" || sourceQueueArns.includes(arn)) return;
  throw refuse(`The redrive allow policy of the dead letter target does not allow ${arn}.`);
}
