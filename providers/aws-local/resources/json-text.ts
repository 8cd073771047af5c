/** Inputs that AWS takes as JSON text. */
import { z } from "zod";

/**
 * A text that holds JSON of a shape.
 *
 * @param form Shape of what the text holds.
 * @param what How messages call the text, such as `the policy`.
 * @param code AWS's name for a text that it does not accept, put before the message.
 * @example jsonText(z.strictObject({ maxReceiveCount: z.int() }), "the redrive policy")
 */
export function jsonText(form: z.ZodType, what: string, code?: string): z.ZodType {
  return z.string().superRefine((text, context) => {
    const problem = problemOf(text, form, what);
    if (problem) context.addIssue({ code: "custom", message: code ? `${code}: ${problem}` : problem });
  });
}

/** Two texts of one JSON value are the same value. */
export function comparableJson(value: unknown): unknown {
  try {
    return JSON.stringify(sortKeys(JSON.parse(String(value))));
  } catch {
    return value;
  }
}

function problemOf(text: string, form: z.ZodType, what: string): string | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    return `${what} is not JSON (${(error as Error).message})`;
  }
  const result = form.safeParse(parsed);
  if (result.success) return undefined;
  return result.error.issues.map((issue) => `${issue.path.join(".") || what}: ${issue.message}`).join("; ");
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sortKeys(item)]));
}
