import { z } from "zod";
import type { Properties, ResourceType } from "./resource-type.ts";
import { isKnown, UNKNOWN } from "./resource-type.ts";
import { tagsAll, tagsSchema } from "./tags.ts";

/** The key that encrypts secure strings unless the program names another: everybody in the account may use it. */
export const DEFAULT_KEY = "alias/aws/ssm";

/** Characters of a value in the standard tier. */
const MAX_VALUE_LENGTH = 4096;
const MAX_LEVELS = 15;

/** A parameter of the Systems Manager. */
export const parameter: ResourceType = {
  token: "aws:ssm/parameter:Parameter",
  inputs: z.strictObject({
    dataType: z.literal("text", 'only "text" is implemented by the local AWS'),
    description: z.string().max(1024).optional(),
    keyId: z
      .string()
      .regex(
        /^(alias\/aws\/ssm|[\w-]{36}|arn:aws[\w-]*:kms:[\w-]+:\d{12}:key\/[\w-]+)$/,
        `must be ${DEFAULT_KEY}, or the ID or ARN of a key: other aliases are not implemented by the local AWS`,
      )
      .optional(),
    name: z
      .string()
      .max(1011)
      .regex(/^[\w./-]+$/, "may hold letters, digits and any of ./-_")
      .refine((name) => !name.includes("/") || name.startsWith("/"), "must begin with a slash when it holds any")
      .refine((name) => !/^\/?(aws|ssm)/i.test(name), 'must not begin with "aws" or "ssm"')
      .refine((name) => name.split("/").length - 1 <= MAX_LEVELS, `has more than ${MAX_LEVELS} levels`),
    tags: tagsSchema.optional(),
    tier: z.literal("Standard", 'only "Standard" is implemented by the local AWS'),
    type: z.enum(["String", "SecureString"]),
    value: z.string().min(1).max(MAX_VALUE_LENGTH, `must have at most ${MAX_VALUE_LENGTH} characters`),
  }),
  autoName: { property: "name", maxLength: 255 },
  defaults: { dataType: "text", tier: "Standard" },
  rules: keyProblems,
  secrets: ["value"],
  computed: ["arn", "version"],
  derived: (inputs, context) => ({ keyId: keyOf(inputs), region: context.region, ...tagsAll(inputs, context) }),
  stale: (changed) => (["description", "keyId", "type", "value"].some((p) => changed.has(p)) ? ["version"] : []),
  replaceOnChange: ["dataType", "name"],
  identity: (inputs) => String(inputs.name),
};

/** What encrypts the value; nothing for a plain one. */
export function keyOf({ keyId, type }: Properties): unknown {
  if (!isKnown(type)) return UNKNOWN;
  return type === "SecureString" ? (keyId ?? DEFAULT_KEY) : "";
}

function keyProblems({ keyId, type }: Properties): string[] {
  return keyId !== undefined && type === "String" ? ['keyId goes with type "SecureString" only.'] : [];
}
