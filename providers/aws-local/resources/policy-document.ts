/** Policy documents: checked for form here; nothing evaluates them yet (see README). */
import { z } from "zod";
import { jsonText } from "./json-text.ts";
import { UNKNOWN } from "./resource-type.ts";

const oneOrMore = z.union([z.string(), z.array(z.string()).min(1)]);
const principal = z.union([z.literal("*"), z.record(z.string(), oneOrMore)]);
const conditions = z.record(z.string(), z.record(z.string(), z.unknown()));
const effect = z.enum(["Allow", "Deny"]);

const trustStatement = z.strictObject({
  Sid: z.string().optional(),
  Effect: effect,
  Principal: principal,
  Action: oneOrMore,
  Condition: conditions.optional(),
});

const identityStatement = z
  .strictObject({
    Sid: z.string().optional(),
    Effect: effect,
    Action: oneOrMore.optional(),
    NotAction: oneOrMore.optional(),
    Resource: oneOrMore.optional(),
    NotResource: oneOrMore.optional(),
    Condition: conditions.optional(),
  })
  .refine((s) => (s.Action === undefined) !== (s.NotAction === undefined), "needs exactly one of Action and NotAction")
  .refine(
    (s) => (s.Resource === undefined) !== (s.NotResource === undefined),
    "needs exactly one of Resource and NotResource",
  );

/** Who may assume a role. */
export const trustPolicy = policyDocument(trustStatement);

/** What a role may do. */
export const identityPolicy = policyDocument(identityStatement);

/** A program may give a policy as an object; AWS stores its text, which is unknown as long as any part of it is. */
export function policyText(value: unknown): unknown {
  if (typeof value !== "object") return value;
  const text = JSON.stringify(value);
  return text.includes(UNKNOWN) ? UNKNOWN : text;
}

function policyDocument(statement: z.ZodType) {
  const document = z.strictObject({
    Version: z.enum(["2012-10-17", "2008-10-17"]).optional(),
    Id: z.string().optional(),
    // AWS takes one statement without a list; judged as a list, so that a mistake in it is named by its place.
    Statement: z.preprocess((given) => (Array.isArray(given) ? given : [given]), z.array(statement).min(1)),
  });
  return jsonText(document, "the policy", "MalformedPolicyDocument");
}
