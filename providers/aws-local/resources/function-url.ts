import { z } from "zod";
import { functionName } from "./function.ts";
import type { ResourceType } from "./resource-type.ts";

/** The HTTP address of a function: one loopback port here. */
export const functionUrl: ResourceType = {
  token: "aws:lambda/functionUrl:FunctionUrl",
  inputs: z.strictObject({
    authorizationType: z.enum(["NONE", "AWS_IAM"]),
    functionName: z.string().min(1),
    invokeMode: z.literal("BUFFERED", 'only "BUFFERED" is implemented by the local AWS'),
  }),
  defaults: { invokeMode: "BUFFERED" },
  computed: ["functionArn", "functionUrl", "urlId"],
  derived: (_inputs, context) => ({ region: context.region }),
  replaceOnChange: ["functionName"],
  canonical: { functionName },
  identity: (inputs) => functionName(inputs.functionName),
};
