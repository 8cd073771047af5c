import { styleText } from "node:util";
import type { DaemonState } from "../background/control.ts";
import type { CallRecord } from "../sandbox/control-client.ts";
import { type Environment, routesOf } from "./environment.ts";
import type { AlarmOn } from "./local-alarms.ts";
import { columns } from "./table.ts";
import { renderTranscript } from "./transcript.ts";

/** What a start brought up. */
export interface Started {
  environment: Environment;
  /** Absent when no number of the environment is answered. */
  call?: CallRecord;
  /** The keys of the events that the worker recorded for the call. */
  recorded: string[];
}

/** The environment as rows: number → application → flow. */
export function renderEnvironment(environment: Environment, stream: NodeJS.WriteStream): string {
  const dim = (text: string) => styleText("dim", text, { stream });
  const rows = routesOf(environment).map(({ number, application, flow }) =>
    application ? [number, `→ ${application}`, `→ ${flow}`] : [number, dim("→ reject"), ""],
  );
  return columns(rows);
}

/** Whether the background services run, and where. */
export function renderServices(services: { name: string; state: DaemonState | undefined }[]): string {
  return columns(
    services.map(({ name, state }) => [name, state ? `${state.url} (process ${state.pid})` : "not running"]),
  );
}

/** The alarms that are on, with what they mean. */
export const renderAlarms = (alarms: readonly AlarmOn[]): string =>
  alarms.length === 0
    ? "none is on"
    : alarms
        .map(({ name, since, description }) => `${name}, since ${since}${description ? `\n  ${description}` : ""}`)
        .join("\n");

export function heading(text: string, stream: NodeJS.WriteStream): string {
  return styleText("bold", text, { stream });
}

/** The one screen that a start ends with. */
export function renderStart({ environment, call, recorded }: Started, stream: NodeJS.WriteStream): string {
  const callText = call
    ? `${renderTranscript(call, { stream })}${recorded.length} events accepted, queued and recorded\n`
    : "No number of stacks/Voice.local.yaml has an application, so nobody was called.\n";
  return [
    `\n${heading("Environment", stream)} (stack ${environment.stack}, a simulation on this machine)`,
    `${renderEnvironment(environment, stream)}\n`,
    heading("Call", stream),
    callText,
    heading("Next", stream),
    columns(nextCommands),
    "",
  ].join("\n");
}

const nextCommands = [
  ["npx minivoice call +15551230001 --press 7 --press 1", "a wrong key, then a right one"],
  ["npm run pulumi -- preview", "after an edit of stacks/Voice.local.yaml or src/flows/: what would change"],
  ["npm run pulumi -- preview -s test", "the test environment, from a copy with dummy secrets"],
  ["npx minivoice --help", "everything else"],
  ["npm stop", "stop what runs in the background; the state stays"],
];
