import type { ApplicationChange, FieldChange } from "../changes/application-changes.ts";
import type { ConfigurationChange } from "../changes/configuration-changes.ts";
import { counted, joined, ours, type Phrase, say } from "./phrase.ts";
import { type Block, cell, type Section } from "./report.ts";

/** Applications, the addresses behind them, and the settings of the stack. */
export function endpointSection(
  applications: readonly ApplicationChange[],
  configuration: readonly ConfigurationChange[],
): Section | undefined {
  if (applications.length + configuration.length === 0) return undefined;
  const counts = [
    ...(applications.length > 0 ? [counted(applications.length, "application")] : []),
    ...(configuration.length > 0 ? [counted(configuration.length, "setting")] : []),
  ];
  return {
    title: ours("Endpoints and secrets"),
    summary: joined(counts, ", "),
    blocks: [...applicationTable(applications), ...settingTable(configuration)],
  };
}

function applicationTable(applications: readonly ApplicationChange[]): Block[] {
  if (applications.length === 0) return [];
  return [
    {
      kind: "table",
      columns: ["Application", "Change", "What it comes to"],
      rows: applications.map(({ kind, name, numbers, fields, consequences }) => [
        cell(say`${name}`, counted(kind === "removed" ? numbers.before : numbers.after, "number")),
        cell(...(kind === "changed" ? fields.map(fieldPhrase) : [ours(kind)])),
        cell(...consequences),
      ]),
    },
  ];
}

const fieldNames: Readonly<Record<FieldChange["field"], string>> = {
  key: "key",
  name: "name",
  flow: "flow",
  answerUrl: "answer_url",
  webhookUrl: "webhook_url",
  adopt: "adopt",
};

function fieldPhrase({ field, from, to, hidden }: FieldChange): Phrase {
  const name = ours(fieldNames[field]);
  if (hidden) return say`${name}: ${to}, another query`;
  return say`${name}: ${valuePhrase(from)} → ${valuePhrase(to)}`;
}

function settingTable(configuration: readonly ConfigurationChange[]): Block[] {
  if (configuration.length === 0) return [];
  return [
    {
      kind: "table",
      columns: ["Setting", "Change", "What it comes to"],
      rows: configuration.map(({ key, from, to, secret, consequences }) => [
        cell(say`${key}`),
        cell(secret ? ours("changed (secret)") : say`${valuePhrase(from)} → ${valuePhrase(to)}`),
        cell(...consequences),
      ]),
    },
  ];
}

const valuePhrase = (value: string | undefined): Phrase => (value === undefined ? ours("none") : say`${value}`);
