import { e164Pattern } from "pulumi-minivoice/lifecycle";
import { z } from "zod";

/** From where on rules about amounts are broken. */
export interface Thresholds {
  tooManyNumbers: {
    /** More than this share of the numbers, such as `30%`. */
    share: string;
    /** Of at least so many numbers: a share says nothing about a handful. */
    least: number;
  };
}

export const defaultThresholds: Thresholds = { tooManyNumbers: { share: "30%", least: 10 } };

/** @example share("30%") // 0.3 */
export const share = (percentage: string): number => Number(percentage.slice(0, -1)) / 100;

/** The rules that an exemption can name. */
export const ruleNumbers = ["R1", "R2", "R3", "R4", "R5", "R6", "R7", "R8"] as const;

const text = z.string().regex(/\S/, { error: "must not be empty" });
const wholeNumber = z
  .string()
  .regex(/^[1-9][0-9]{0,8}$/, { error: "must be a whole number, 1 or more" })
  // An editor reads what is typed without quotes as a number.
  .meta({ type: ["integer", "string"] })
  .transform(Number);
const rangePattern = new RegExp(`^(${e164Pattern.source.slice(1, -1)})\\.\\.(${e164Pattern.source.slice(1, -1)})$`);

const exemption = z.strictObject({
  rule: z.enum(ruleNumbers).describe("The rule that may be broken, by its number."),
  stack: text.describe("The stack in which."),
  for: z
    .union([text, z.array(text).min(1)])
    .transform((subjects) => [subjects].flat())
    .optional()
    .describe(
      'What is exempt: numbers, ranges such as "+15551230000..+15551230099", application keys, destinations, flows.',
    ),
  upTo: wholeNumber.optional().describe("For R1, instead of `for`: the most numbers that may change."),
  reason: text.describe("Why, for whoever reviews and whoever wonders later."),
  expires: z.iso
    .date({ error: "must be a date such as 2027-01-31" })
    .describe("The last day on which it holds (UTC), a year ahead at most."),
});

/** The shape of `stacks/review-rules.yaml`. Every value arrives as the text that was typed. */
export const ruleFileSchema = z.strictObject({
  thresholds: z
    .strictObject({
      "too-many-numbers": z
        .strictObject({
          share: z
            .string()
            .regex(/^(100|[0-9]{1,2}(\.[0-9]+)?)%$/, { error: 'must be a percentage such as "30%"' })
            .optional()
            .describe("R1: more than this share of a stack's numbers."),
          least: wholeNumber.optional().describe("R1: of at least so many numbers."),
        })
        .optional(),
    })
    .optional()
    .describe("From where on rules about amounts are broken."),
  exemptions: z
    .record(z.string(), exemption)
    .optional()
    .describe("What may break a rule, under a name of your choice, with a reason and until a day."),
});

/** One exemption as it was read. */
export type DeclaredExemption = z.output<typeof exemption>;

/**
 * Whether what an exemption names covers a subject.
 *
 * @param named - the subject itself, or a range of numbers.
 */
export function covers(named: string, subject: string): boolean {
  const [, first, last] = rangePattern.exec(named) ?? [];
  if (first === undefined || last === undefined) return named === subject;
  return subject.length === first.length && e164Pattern.test(subject) && first <= subject && subject <= last;
}

/** What is wrong with a range, if it is meant as one. */
export function rangeProblem(named: string): string | undefined {
  if (!named.includes("..")) return undefined;
  const [, first, last] = rangePattern.exec(named) ?? [];
  return first !== undefined && last !== undefined && first.length === last.length && first <= last
    ? undefined
    : `"${named}" is no range of numbers: write the first and the last, of equal length, such as "+15551230000..+15551230099"`;
}

/** The text of `stacks/review-rules.schema.json`, with which editors check and complete the file. */
export function ruleFileSchemaText(): string {
  const { $schema, ...schema } = z.toJSONSchema(ruleFileSchema, { target: "draft-7", io: "input" });
  return `${JSON.stringify({ $schema, title: "review-rules.yaml", ...schema }, null, 2)}\n`;
}
