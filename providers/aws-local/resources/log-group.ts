import { z } from "zod";
import type { ResourceType } from "./resource-type.ts";
import { tagsAll, tagsSchema } from "./tags.ts";

const RETENTIONS = [
  0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** A log group: one file under `logs/` of the state directory. */
export const logGroup: ResourceType = {
  token: "aws:cloudwatch/logGroup:LogGroup",
  inputs: z.strictObject({
    name: z
      .string()
      .max(512)
      .regex(/^[\w./#-]+$/, "may hold letters, digits and any of .-_/#")
      // A log group is a file here: its name must not lead out of the folder of the logs.
      .refine(
        (name) => !name.split("/").some((part) => part === "." || part === ".."),
        "may not hold . or .. as a part",
      ),
    retentionInDays: z.number().refine((days) => RETENTIONS.includes(days), `must be one of ${RETENTIONS.join(", ")}`),
    skipDestroy: z.literal(false, "true is not implemented by the local AWS"),
    tags: tagsSchema.optional(),
  }),
  autoName: { property: "name", maxLength: 512 },
  defaults: { retentionInDays: 0, skipDestroy: false },
  computed: ["arn"],
  derived: (inputs, context) => ({
    logGroupClass: "STANDARD",
    region: context.region,
    ...tagsAll(inputs, context),
  }),
  replaceOnChange: ["name"],
  identity: (inputs) => String(inputs.name),
};
