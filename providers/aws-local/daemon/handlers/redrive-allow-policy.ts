import { AwsError } from "../errors.ts";
import { lastPart } from "../gateway/service.ts";
import type { ResourceHandler } from "./handler.ts";
import { QUEUE_TYPE } from "./queue.ts";

/** Redrive allow policies that are resources of their own. */
export const redriveAllowPolicyHandler: ResourceHandler = {
  conflict: "RedriveAllowPolicyAlreadyExists",
  id: ({ queueUrl }) => String(queueUrl),
  create: async ({ inputs }, { queues, state }) => {
    const name = lastPart(String(inputs.queueUrl));
    if (!state.resource(QUEUE_TYPE, name)) {
      throw new AwsError("QueueDoesNotExist", `The specified queue does not exist: ${inputs.queueUrl}`);
    }
    await queues.update(name, { RedriveAllowPolicy: String(inputs.redriveAllowPolicy) });
    return {};
  },
  update: async ({ id, inputs }, _live, { queues }) => {
    await queues.update(lastPart(id), { RedriveAllowPolicy: String(inputs.redriveAllowPolicy) });
    return {};
  },
  delete: async ({ id }, { queues }) => queues.update(lastPart(id), { RedriveAllowPolicy: "" }),
};
