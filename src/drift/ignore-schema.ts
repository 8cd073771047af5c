import { z } from "zod";

const text = z.string().regex(/\S/, { error: "must not be empty" });

const entry = z.strictObject({
  match: z
    .union([text, z.array(text).min(1)])
    .transform((matches) => [matches].flat())
    .describe(
      'What is ignored: a number, a range such as "+15551230000..+15551230099", an application\'s name or its id.',
    ),
  reason: text.describe("Why no stack holds it, for whoever wonders later."),
  expires: z.iso
    .date({ error: "must be a date such as 2027-01-31" })
    .describe("The last day on which it is ignored (UTC), a year ahead at most."),
});

/** The shape of `stacks/drift-ignore.yaml`. Every value arrives as the text that was typed. */
export const ignoreFileSchema = z.strictObject({
  ignore: z
    .record(z.string(), entry)
    .describe("What the account holds and, on purpose, no stack does, under a name of your choice."),
});

/** One entry of the file. */
export type IgnoreEntry = z.output<typeof entry>;

/** The text of `stacks/drift-ignore.schema.json`, with which editors check and complete the file. */
export function ignoreFileSchemaText(): string {
  const { $schema, ...schema } = z.toJSONSchema(ignoreFileSchema, { target: "draft-7", io: "input" });
  return `${JSON.stringify({ $schema, title: "drift-ignore.yaml", ...schema }, null, 2)}\n`;
}
