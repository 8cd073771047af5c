import type { ManualStep } from "pulumi-minivoice/lifecycle";
import { columns } from "./table.ts";

/** The steps as an exact list for a person. */
export function renderSteps(steps: readonly ManualStep[]): string {
  return columns(
    steps.map(({ kind, object, name, field, from, to }) => [kind, object, named(field, name), from, `→ ${to}`]),
  );
}

/** The same for a support ticket, as RFC 4180 wants it. */
export function csvOf(steps: readonly ManualStep[]): string {
  const header = ["what to do", "number or application", "name of the application", "field", "from", "to"];
  const rows = steps.map(({ kind, object, name = "", field, from, to }) => [kind, object, name, field, from, to]);
  return [header, ...rows].map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

const named = (field: string, name: string | undefined): string =>
  name === undefined ? field : `${field} of "${name}"`;

/** A spreadsheet would compute what begins with `=`, which a name may. A number keeps its `+`: the ticket is read by people too. */
function cell(text: string): string {
  const shown = /^[=@-]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(shown) ? `"${shown.replaceAll('"', '""')}"` : shown;
}
