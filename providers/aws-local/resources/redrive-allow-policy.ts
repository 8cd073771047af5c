import { z } from "zod";
import { comparableJson, jsonText } from "./json-text.ts";
import { redriveAllowPolicy } from "./queue.ts";
import type { ResourceType } from "./resource-type.ts";

/** Whose dead letters a queue takes, as a resource of its own: each of the two queues may then name the other. */
export const redriveAllowPolicyOfQueue: ResourceType = {
  token: "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy",
  inputs: z.strictObject({
    queueUrl: z.url(),
    redriveAllowPolicy: jsonText(redriveAllowPolicy, "the redrive allow policy"),
  }),
  computed: [],
  derived: (_inputs, context) => ({ region: context.region }),
  replaceOnChange: ["queueUrl"],
  canonical: { redriveAllowPolicy: comparableJson },
  identity: (inputs) => String(inputs.queueUrl),
};
