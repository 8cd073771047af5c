import { readFileSync } from "node:fs";
import { isE164 } from "pulumi-minivoice/lifecycle";
import { z } from "zod";
import type { CallCounts } from "../review/changes/number-changes.ts";
import { CliError, messageOf, USAGE } from "./cli-error.ts";
import { parseJson } from "./json.ts";

const counts = z.record(z.string().refine(isE164, "is not E.164"), z.int().min(0));

/**
 * Reads how many calls each number had, for a review: `{"+15551230001": 42}`. A number that is missing had none.
 *
 * @throws CliError that names what is wrong with the file.
 */
export function readCallCounts(file: string): CallCounts {
  const result = counts.safeParse(parseJson(textOf(file)));
  if (result.success) return result.data;
  const problems = z.prettifyError(result.error).replace(/\s*\n\s*/g, "; ");
  throw new CliError(`--calls ${file}: expected JSON such as {"+15551230001": 42}, but found: ${problems}`, USAGE);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new CliError(`--calls ${file} cannot be read: ${messageOf(error)}`, USAGE);
  }
}
