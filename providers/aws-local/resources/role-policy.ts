import { z } from "zod";
import { comparableJson } from "./json-text.ts";
import { identityPolicy, policyText } from "./policy-document.ts";
import type { ResourceType } from "./resource-type.ts";

/** A policy inside a role. */
export const rolePolicy: ResourceType = {
  token: "aws:iam/rolePolicy:RolePolicy",
  inputs: z.strictObject({
    name: z.string().regex(/^[\w+=,.@-]{1,128}$/, "must be 1 to 128 letters, digits or any of +=,.@-_"),
    policy: identityPolicy,
    role: z.string().min(1),
  }),
  autoName: { property: "name", maxLength: 128 },
  normalize: { policy: policyText },
  computed: [],
  replaceOnChange: ["name", "role"],
  canonical: { policy: comparableJson },
  identity: (inputs) => `${inputs.role}:${inputs.name}`,
};
