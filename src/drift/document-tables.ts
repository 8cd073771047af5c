import { ours, type Phrase, say } from "../review/report/phrase.ts";
import { numbersPhrase } from "../review/report/phrases.ts";
import { type Block, type Cell, cell } from "../review/report/report.ts";
import type { FieldReport, ObjectReport, Value } from "./report.ts";

/** Field by field, what the code, the account and the state say. Numbers that tell the same story are one row. */
export function comparedTable(objects: readonly ObjectReport[]): Block {
  const rows = grouped(objects).flatMap((group) => {
    const [first] = group;
    return tellingFields(first).map((field) => [
      nameCell(group),
      cell(ours(field?.field ?? "")),
      cell(...differenceLines(first, field)),
      cell(stateOf(field)),
      timesCell(group),
    ]);
  });
  return { kind: "table", columns: ["What", "Field", "Code → account", "State", "Changed at"], rows };
}

function differenceLines(object: ObjectReport | undefined, field: FieldReport | undefined): Phrase[] {
  const why = object?.why === undefined ? [] : [say`${object.why}`];
  if (object?.status === "missing") return [say`${valuePhrase(field?.declared ?? field?.recorded)} → gone`, ...why];
  if (!field) return why;
  const [from, to] = [valuePhrase(field.declared), say`→ ${valuePhrase(field.live, field)}`];
  return from.text.length + to.text.length > 40 ? [from, to, ...why] : [say`${from} ${to}`, ...why];
}

/** The third value is worth its room only where it is another one. */
function stateOf(field: FieldReport | undefined): Phrase {
  if (!field) return ours("–");
  if (JSON.stringify(field.recorded) === JSON.stringify(field.declared)) return ours("as the code");
  if (JSON.stringify(field.recorded) === JSON.stringify(field.live)) return ours("as the account");
  return valuePhrase(field.recorded);
}

export const unknownTable = (objects: readonly ObjectReport[]): Block => ({
  kind: "table",
  columns: ["What", "Why"],
  rows: grouped(objects).map((group) => [nameCell(group), cell(say`${group[0]?.why}`)]),
});

export const unmanagedTable = (objects: readonly ObjectReport[]): Block => ({
  kind: "table",
  columns: ["What", "Goes to", "Changed at"],
  rows: grouped(objects).map((group) => [
    nameCell(group),
    cell(valuePhrase(group[0]?.fields[0]?.live)),
    timesCell(group),
  ]),
});

export const ignoredTable = (objects: readonly ObjectReport[]): Block => ({
  kind: "table",
  columns: ["What", "Reason", "Until"],
  rows: grouped(objects).map((group) => {
    const { reason, expires } = group[0]?.ignored ?? {};
    return [nameCell(group), cell(say`${reason}`), cell(say`${expires}`)];
  }),
});

/** Applications each alone; numbers with all others of which the same is to be said. */
function grouped(objects: readonly ObjectReport[]): ObjectReport[][] {
  const story = ({ kind, key, fields, why, ignored }: ObjectReport) =>
    kind === "number" ? JSON.stringify([fields, why, ignored]) : `${kind} ${key}`;
  return [...Map.groupBy(objects, story).values()];
}

/** The fields that differ; one row without a field where none tells anything. */
function tellingFields(object: ObjectReport | undefined): (FieldReport | undefined)[] {
  if (!object) return [];
  const { kind, status, fields } = object;
  const telling = kind === "number" ? fields : fields.filter((field) => field.status !== "inSync");
  return telling.length === 0 || (kind === "application" && status === "missing") ? [undefined] : telling;
}

function nameCell(group: readonly ObjectReport[]): Cell {
  const [first] = group;
  if (first?.kind === "function") return cell(say`the function that answers ${first.name ?? first.key}`);
  if (first?.kind === "code") return cell(say`the code of ${first.key}`);
  if (first?.kind === "webhook") return cell(say`the webhook of ${first.name}`, say`${first.key}`);
  if (first?.kind !== "number") return cell(say`${first?.name ?? first?.key}`, ...keyLine(first));
  const numbers = group.map(({ key }) => key);
  return { lines: [numbersPhrase(numbers)], ...(numbers.length > 1 && { all: group.map(numberLine) }) };
}

const keyLine = (object: ObjectReport | undefined): Phrase[] =>
  object && object.name !== undefined && object.key !== object.name ? [say`${object.key}`] : [];

const numberLine = ({ key, changedAt }: ObjectReport): Phrase =>
  changedAt === undefined ? say`${key}` : say`${key}, changed at ${utc(changedAt)}`;

function valuePhrase(value: Value | undefined, { hidden }: Pick<FieldReport, "hidden"> = {}): Phrase {
  if (!value) return ours("–");
  return hidden ? say`${value.text} (another query, which is not shown)` : say`${value.text}`;
}

/** The first and the last time. */
function timesCell(group: readonly ObjectReport[]): Cell {
  const times = group.flatMap(({ changedAt }) => changedAt ?? []).sort();
  const [first, last] = [times[0], times.at(-1)];
  if (first === undefined || last === undefined) return cell(ours("–"));
  return first === last ? cell(say`${utc(first)}`) : cell(say`${utc(first)}`, say`to ${utc(last)}`);
}

/** @example utc("2027-01-31T08:00:00.000Z") // "2027-01-31 08:00 UTC" */
export const utc = (time: string): string => `${time.slice(0, 16).replace("T", " ")} UTC`;
