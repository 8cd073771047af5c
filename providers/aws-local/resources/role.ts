import { z } from "zod";
import { comparableJson } from "./json-text.ts";
import { policyText, trustPolicy } from "./policy-document.ts";
import type { ResourceType } from "./resource-type.ts";
import { tagsAll, tagsSchema } from "./tags.ts";

/** An IAM role. */
export const role: ResourceType = {
  token: "aws:iam/role:Role",
  inputs: z.strictObject({
    assumeRolePolicy: trustPolicy,
    description: z.string().max(1000).optional(),
    forceDetachPolicies: z.boolean().optional(),
    maxSessionDuration: z.int().min(3600).max(43_200).optional(),
    name: z.string().regex(/^[\w+=,.@-]{1,64}$/, "must be 1 to 64 letters, digits or any of +=,.@-_"),
    path: z.string().regex(/^\/([!-~]+\/)?$/, "must begin and end with a slash"),
    tags: tagsSchema.optional(),
  }),
  autoName: { property: "name", maxLength: 64 },
  defaults: { forceDetachPolicies: false, maxSessionDuration: 3600, path: "/" },
  normalize: { assumeRolePolicy: policyText },
  computed: ["arn", "createDate", "uniqueId"],
  derived: tagsAll,
  replaceOnChange: ["name", "path"],
  canonical: { assumeRolePolicy: comparableJson },
  identity: (inputs) => String(inputs.name),
};
