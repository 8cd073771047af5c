import { randomUUID } from "node:crypto";
import { functionArn, functionName } from "../../resources/function.ts";
import type { Properties } from "../../resources/resource-type.ts";
import { AwsError } from "../errors.ts";
import type { EventSourceSettings } from "../lambda/event-source.ts";
import type { StoredResource } from "../state.ts";
import { FUNCTION_TYPE } from "./function.ts";
import type { ResourceHandler, Services } from "./handler.ts";
import { QUEUE_TYPE, queueName } from "./queue.ts";

export const MAPPING_TYPE = "aws:lambda/eventSourceMapping:EventSourceMapping";

/** What Lambda's pollers do with a queue, in the name of the function's role. */
const POLLER_OPERATIONS = ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"] as const;

/** Event source mappings: at work while they are enabled. */
export const eventSourceMappingHandler: ResourceHandler = {
  conflict: "ResourceConflictException",
  id: (inputs, services) => existing(inputs, services)?.id ?? randomUUID(),
  create: async ({ id, inputs, region }, services) => start(id, inputs, region, services),
  update: async ({ id, inputs, region }, _live, services) => {
    const other = existing(inputs, services);
    if (other && other.id !== id) {
      throw new AwsError(
        "ResourceConflictException",
        `The event source arn ("${inputs.eventSourceArn}") and function ("${functionName(inputs.functionName)}") ` +
          `provided mapping already exists. Please update or delete the existing mapping with UUID ${other.id}`,
      );
    }
    return start(id, inputs, region, services);
  },
  delete: async ({ id }, { eventSources }) => eventSources.stop(id),
  current: ({ id, attributes }, { eventSources }) => ({
    lastProcessingResult: eventSources.lastResult(id) ?? attributes.lastProcessingResult,
  }),
  restore: async ({ id, inputs }, services) => {
    if (inputs.enabled === true)
      await services.eventSources.start(id, settingsOf(inputs, services), pollerOf(inputs, services));
  },
};

async function start(id: string, inputs: Properties, region: string, services: Services): Promise<Properties> {
  check(inputs, region, services);
  const { accountId, eventSources } = services;
  if (inputs.enabled === true) await eventSources.start(id, settingsOf(inputs, services), pollerOf(inputs, services));
  else await eventSources.stop(id);
  return {
    arn: `arn:aws:lambda:${region}:${accountId}:event-source-mapping:${id}`,
    functionArn: functionArn(functionName(inputs.functionName), { accountId, partition: "aws", region }),
    lastModified: new Date().toISOString(),
    lastProcessingResult: "No records processed",
    state: inputs.enabled === true ? "Enabled" : "Disabled",
    stateTransitionReason: "USER_INITIATED",
    uuid: id,
  };
}

/** What AWS finds out when a mapping is made. */
function check(inputs: Properties, region: string, { accountId, authorizer, state }: Services): void {
  const name = functionName(inputs.functionName);
  const found = state.resource(FUNCTION_TYPE, name);
  if (!found) {
    const arn = functionArn(name, { accountId, partition: "aws", region });
    throw new AwsError("ResourceNotFoundException", `Function not found: ${arn}`);
  }
  const role = { roleArn: String(found.inputs.role), session: name };
  for (const operation of POLLER_OPERATIONS) {
    if (authorizer.refusal(role, { action: `sqs:${operation}`, resource: String(inputs.eventSourceArn) })) {
      throw new AwsError(
        "InvalidParameterValueException",
        `The function execution role does not have permissions to call ${operation} on SQS`,
      );
    }
  }
  const queue = state.resource(QUEUE_TYPE, queueName(inputs.eventSourceArn));
  if (!queue || queue.attributes.arn !== inputs.eventSourceArn) {
    throw new AwsError(
      "InvalidParameterValueException",
      `Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. ` +
        `SQS Error Message: The specified queue does not exist (${inputs.eventSourceArn}).`,
    );
  }
  const { visibilityTimeoutSeconds } = queue.inputs;
  if (Number(visibilityTimeoutSeconds) < Number(found.inputs.timeout)) {
    throw new AwsError(
      "InvalidParameterValueException",
      `Queue visibility timeout: ${visibilityTimeoutSeconds} seconds is less than ` +
        `Function timeout: ${found.inputs.timeout} seconds`,
    );
  }
}

/** The mapping of this queue to this function. */
function existing(inputs: Properties, { state }: Services): StoredResource | undefined {
  const name = functionName(inputs.functionName);
  return state
    .resources(MAPPING_TYPE)
    .find(
      (live) => live.inputs.eventSourceArn === inputs.eventSourceArn && functionName(live.inputs.functionName) === name,
    );
}

function settingsOf(inputs: Properties, { accountId, endpoint }: Services): EventSourceSettings {
  const { maximumConcurrency } = (inputs.scalingConfig ?? {}) as { maximumConcurrency?: number };
  const name = queueName(inputs.eventSourceArn);
  return {
    queueName: name,
    queueUrl: `${endpoint}/${accountId}/${name}`,
    queueArn: String(inputs.eventSourceArn),
    functionName: functionName(inputs.functionName),
    batchSize: Number(inputs.batchSize),
    windowSeconds: Number(inputs.maximumBatchingWindowInSeconds),
    maximumConcurrency,
    reportsItemFailures: Array.isArray(inputs.functionResponseTypes) && inputs.functionResponseTypes.length > 0,
  };
}

function pollerOf(inputs: Properties, { authorizer, functions, queues, state }: Services) {
  const name = functionName(inputs.functionName);
  const refusal = (operation: string) => {
    const found = state.resource(FUNCTION_TYPE, name);
    if (!found) return `The function ${name} does not exist.`;
    const wanted = { action: `sqs:${operation}`, resource: String(inputs.eventSourceArn) };
    return authorizer.refusal({ roleArn: String(found.inputs.role), session: name }, wanted);
  };
  return { functions, queues, refusal };
}
