import { z } from "zod";
import { functionName } from "./function.ts";
import type { ResourceType } from "./resource-type.ts";

/** A statement in a function's resource policy. Function URLs evaluate it. */
export const permission: ResourceType = {
  token: "aws:lambda/permission:Permission",
  inputs: z.strictObject({
    action: z.enum(["lambda:InvokeFunction", "lambda:InvokeFunctionUrl"]),
    function: z.string().min(1),
    functionUrlAuthType: z.enum(["NONE", "AWS_IAM"]).optional(),
    invokedViaFunctionUrl: z.boolean().optional(),
    principal: z.string().min(1),
    sourceAccount: z
      .string()
      .regex(/^\d{12}$/, "must be an account ID of 12 digits")
      .optional(),
    sourceArn: z.string().startsWith("arn:").optional(),
    statementId: z
      .string()
      .regex(/^[\w-]{1,100}$/, "must be 1 to 100 letters, digits, - or _")
      .optional(),
  }),
  computed: ["statementId"],
  derived: (_inputs, context) => ({ region: context.region }),
  replaceOnChange: [
    "action",
    "function",
    "functionUrlAuthType",
    "invokedViaFunctionUrl",
    "principal",
    "sourceAccount",
    "sourceArn",
    "statementId",
  ],
  canonical: { function: functionName },
  // Without an ID given, each statement gets one of its own, so a replacement never collides with what it replaces.
  identity: (inputs) =>
    inputs.statementId === undefined ? "" : `${functionName(inputs.function)}/${inputs.statementId}`,
};
