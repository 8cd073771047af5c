import { z } from "zod";
import type { ResourceType } from "./resource-type.ts";

/** What a rule of EventBridge invokes: a function. */
export const eventTarget: ResourceType = {
  token: "aws:cloudwatch/eventTarget:EventTarget",
  inputs: z.strictObject({
    arn: z
      .string()
      .regex(
        /^arn:aws[\w-]*:lambda:[\w-]+:\d{12}:function:[\w-]+$/,
        "must be the ARN of a function: other targets are not implemented by the local AWS",
      ),
    eventBusName: z.literal("default", "only the default bus is implemented by the local AWS"),
    forceDestroy: z.boolean(),
    rule: z.string().min(1),
    targetId: z
      .string()
      .regex(/^[\w.-]{1,64}$/, "must be 1 to 64 letters, digits or any of .-_")
      .optional(),
  }),
  defaults: { eventBusName: "default", forceDestroy: false },
  computed: ["targetId"],
  derived: (_inputs, context) => ({ region: context.region }),
  replaceOnChange: ["eventBusName", "rule", "targetId"],
  // Without an ID given, each target gets one of its own.
  identity: ({ rule, targetId }) => (targetId === undefined ? "" : `${rule}-${targetId}`),
};
