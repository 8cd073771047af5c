import { z } from "zod";
import type { Properties, ResourceType } from "./resource-type.ts";
import { isKnown } from "./resource-type.ts";
import { tagsAll, tagsSchema } from "./tags.ts";

interface Attribute {
  readonly name: string;
  readonly type: "S" | "N" | "B";
}

/** A DynamoDB table without indexes and streams. */
export const table: ResourceType = {
  token: "aws:dynamodb/table:Table",
  inputs: z.strictObject({
    attributes: z.array(z.strictObject({ name: z.string().min(1).max(255), type: z.enum(["S", "N", "B"]) })).min(1),
    billingMode: z.enum(["PAY_PER_REQUEST", "PROVISIONED"]),
    deletionProtectionEnabled: z.boolean().optional(),
    hashKey: z.string(),
    name: z.string().regex(/^[\w.-]{3,255}$/, "must be 3 to 255 letters, digits or any of .-_"),
    pointInTimeRecovery: z
      .strictObject({ enabled: z.boolean(), recoveryPeriodInDays: z.int().min(1).max(35).optional() })
      .optional(),
    rangeKey: z.string().optional(),
    readCapacity: z.int().min(1).optional(),
    serverSideEncryption: z.strictObject({ enabled: z.boolean() }).optional(),
    tags: tagsSchema.optional(),
    ttl: z.strictObject({ attributeName: z.string().optional(), enabled: z.boolean().optional() }).optional(),
    writeCapacity: z.int().min(1).optional(),
  }),
  autoName: { property: "name", maxLength: 255 },
  defaults: { billingMode: "PROVISIONED" },
  rules: tableRules,
  computed: ["arn"],
  derived: (inputs, context) => ({
    region: context.region,
    streamArn: "",
    streamLabel: "",
    ...tagsAll(inputs, context),
  }),
  // Without indexes the attributes are the keys, and keys cannot be changed in place.
  replaceOnChange: ["attributes", "hashKey", "name", "rangeKey"],
  canonical: { attributes: sortAttributes },
  identity: (inputs) => String(inputs.name),
};

function tableRules(inputs: Properties): string[] {
  return [...keyProblems(inputs), ...capacityProblems(inputs), ...ttlProblems(inputs)];
}

function keyProblems({ attributes, hashKey, rangeKey }: Properties): string[] {
  const keys = [hashKey, rangeKey].filter((key) => key !== undefined);
  if (!Array.isArray(attributes)) return [];
  const declared = attributes.map((attribute: Attribute) => attribute.name);
  if (![...keys, ...attributes, ...declared].every(isKnown)) return [];
  const undeclared = keys.filter((key) => !declared.includes(key as string));
  const surplus = declared.filter((name) => !keys.includes(name));
  return [
    ...undeclared.map((key) => `the key "${key}" must be declared in attributes (declared: ${declared.join(", ")}).`),
    ...surplus.map(
      (name) => `attributes may hold only the table's keys, but "${name}" is none (there are no indexes).`,
    ),
  ];
}

function capacityProblems({ billingMode, readCapacity, writeCapacity }: Properties): string[] {
  if (billingMode !== "PROVISIONED" || (readCapacity !== undefined && writeCapacity !== undefined)) return [];
  return ['billingMode "PROVISIONED" needs readCapacity and writeCapacity; "PAY_PER_REQUEST" needs neither.'];
}

function ttlProblems({ ttl }: Properties): string[] {
  const { enabled, attributeName } = (ttl ?? {}) as { enabled?: boolean; attributeName?: string };
  return enabled === true && !attributeName ? ["ttl.attributeName is needed when ttl.enabled is true."] : [];
}

function sortAttributes(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  return value.toSorted((a: Attribute, b: Attribute) => (a.name < b.name ? -1 : 1));
}
