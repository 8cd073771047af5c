import { styleText } from "node:util";
import type { Action } from "../call-flow/action-schema.ts";
import { describeAction } from "../call-flow/describe-action.ts";
import { flowDigest } from "../call-flow/digest.ts";
import type { Flow, Step } from "../call-flow/flow.ts";
import { edgesOf, stepOf } from "../call-flow/graph.ts";
import type { Press } from "../call-flow/states.ts";
import { type CallEnd, type CallMeasure, measureCalls, type Walk } from "../call-flow/walk.ts";
import { heading } from "./screen.ts";
import { columns } from "./table.ts";

/** A flow in one line of a list. */
export interface FlowSummary extends CallMeasure {
  name: string;
  digest: string;
  steps: number;
}

export const summaryOf = (name: string, flow: Flow): FlowSummary => ({
  name,
  digest: flowDigest(flow),
  steps: Object.keys(flow.steps).length,
  ...measureCalls(flow),
});

export const renderSummaries = (summaries: FlowSummary[]): string =>
  columns(summaries.map((summary) => [summary.name, ...factsOf(summary), `digest ${summary.digest}`]));

/** A flow as a person reads it: what is said in each step and where it leads, then every path of a caller. */
export function renderFlow(summary: FlowSummary, flow: Flow, walk: Walk, stream: NodeJS.WriteStream): string {
  const dim = (text: string) => styleText("dim", text, { stream });
  const shown = walk.capped
    ? `the first ${count(walk.paths.length, "path")} of ${walk.total}`
    : count(walk.total, "path");
  return [
    `${heading(summary.name, stream)}  ${dim([...factsOf(summary), `digest ${summary.digest}`].join(", "))}`,
    "",
    columns(Object.keys(flow.steps).flatMap((name) => rowsOf(flow, name, stream))),
    "",
    heading(`What a caller can do (${shown})`, stream),
    columns(walk.paths.map(({ presses, end }) => [pressesInWords(presses), describeEnd(end)])),
    ...(walk.capped ? [dim(`--limit ${walk.total} shows all of them`)] : []),
    "",
  ].join("\n");
}

const factsOf = ({ steps, paths, questions }: FlowSummary): string[] => [
  count(steps, "step"),
  count(paths, "path"),
  `${count(questions, "question")} at most`,
];

const count = (number: number, thing: string): string => `${number} ${thing}${number === 1 ? "" : "s"}`;

function rowsOf(flow: Flow, name: string, stream: NodeJS.WriteStream): string[][] {
  const step = stepOf(flow, name) as Step;
  const actions: Action[] = [
    ...(step.actions ?? []),
    ...(step.gather ? [{ type: "gather" as const, ...step.gather }] : []),
  ];
  const told = actions.map((action, index) =>
    action.type === "conference" && (index < actions.length - 1 || step.goto !== undefined)
      ? `${describeAction(action)}; what follows waits until the caller leaves it`
      : describeAction(action),
  );
  const marks = [name === flow.start ? "start" : "", name === flow.fallback ? "fallback" : ""].filter(Boolean);
  const label = styleText("bold", name, { stream }) + (marks.length > 0 ? ` (${marks.join(", ")})` : "");
  const ways = edgesOf(step).map(({ field, key, to }) => `${wayInWords(step, field, key)}→ ${to}`);
  const last = step.end && !isHandedOver(actions.at(-1)) ? ["the call ends"] : [];
  return [...told, ...ways, ...last].map((text, index) => [index === 0 ? label : "", text]);
}

function wayInWords({ menu }: Step, field: string, key: string | undefined): string {
  if (key !== undefined) return `${key} `;
  if (field === "menu.exhausted") return `after ${count(menu?.attempts ?? 0, "attempt")} `;
  return { "menu.wrong": "wrong key ", "menu.silence": "silence " }[field] ?? "";
}

const isHandedOver = (action: Action | undefined): boolean =>
  action !== undefined && ["transfer", "bridge", "redirect", "conference"].includes(action.type);

const pressesInWords = (presses: Press[]): string =>
  presses.map((press) => (press === "wrong" ? "wrong key" : press)).join(", ") || "listens";

const describeEnd = ({ step, how, to }: CallEnd): string =>
  `→ ${step}: ${{ transfer: `transfer to ${to}`, bridge: `bridge to ${to}`, conference: `conference room ${to}`, redirect: `goes on at ${to}`, end: "the call ends" }[how]}`;
