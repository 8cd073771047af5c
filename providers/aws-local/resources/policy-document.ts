/**
 * Policy documents. The policies of roles are evaluated when a function calls another service, so what the evaluation does
 * not know is refused: conditions and policy variables.
 */
import { z } from "zod";
import { jsonText } from "./json-text.ts";
import { UNKNOWN } from "./resource-type.ts";

const oneOrMore = z.union([z.string(), z.array(z.string()).min(1)]);
const principal = z.union([z.literal("*"), z.record(z.string(), oneOrMore)]);
const conditions = z.record(z.string(), z.record(z.string(), z.unknown()));
const effect = z.enum(["Allow", "Deny"]);

const action = z
  .string()
  .regex(/^(\*|[\w-]+:[\w*?-]+)$/, 'must be "*" or begin with a service, such as "sqs:SendMessage"');
const resource = z
  .string()
  .regex(/^(\*|arn:.*)$/s, 'must be "*" or an ARN')
  .refine((text) => !text.includes("${"), "holds a policy variable, which the local AWS does not evaluate");
const actions = z.union([action, z.array(action).min(1)]);
const resources = z.union([resource, z.array(resource).min(1)]);

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
    Action: actions.optional(),
    NotAction: actions.optional(),
    Resource: resources.optional(),
    NotResource: resources.optional(),
    Condition: z.undefined("the local AWS evaluates no conditions, so a policy with one is refused").optional(),
  })
  .refine((s) => (s.Action === undefined) !== (s.NotAction === undefined), "needs exactly one of Action and NotAction")
  .refine(
    (s) => (s.Resource === undefined) !== (s.NotResource === undefined),
    "needs exactly one of Resource and NotResource",
  );

/** A statement about what a role may do. */
export type IdentityStatement = z.infer<typeof identityStatement>;

/** A statement about who may assume a role. */
export type TrustStatement = z.infer<typeof trustStatement>;

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

/** The statements of a policy that was checked. */
export function statementsOf<Statement = IdentityStatement>(text: string): readonly Statement[] {
  const { Statement } = JSON.parse(text) as { Statement: Statement | readonly Statement[] };
  return Array.isArray(Statement) ? Statement : [Statement as Statement];
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
