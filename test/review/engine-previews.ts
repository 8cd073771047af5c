import { readFileSync } from "node:fs";
import { join } from "node:path";
import { deployedIn } from "../../src/cli/deployed-stack.ts";
import type { EngineSide } from "../../src/review/engine-side.ts";
import type { StackReading } from "../../src/review/reading.ts";
import type { DeployedApplication, DeployedStack, EnginePreview } from "../../src/review/sources/engine-preview.ts";
import { plannedApplications } from "../../src/review/sources/planned-applications.ts";
import { plannedRoutes } from "../../src/review/sources/planned-routes.ts";
import { plannedSteps } from "../../src/review/sources/planned-steps.ts";
import { type PreviewedState, type PreviewStep, unknownValue } from "../../src/stack-state/preview-step.ts";

const fixture = (name: string) =>
  JSON.parse(readFileSync(join(import.meta.dirname, "..", "fixtures", "pulumi", `${name}.json`), "utf8"));

/** The steps of a preview that the real engine made, as `pulumi preview --json` told them. */
export const recorded = (name: "many-changes" | "replaced-application"): PreviewStep[] =>
  fixture(`preview-${name}`).steps;

/** The state from which the engine made them. */
export const recordedState = (): unknown => fixture("state");

/** What the engine says of a stack, where nothing is planned and nothing is deployed unless told otherwise. */
export function previewOf({
  deployed = { applications: new Map(), routes: new Map(), flows: {} },
  steps = [],
  standing = deployed.applications.size > 0 ? "deployed" : "unborn",
}: {
  deployed?: DeployedStack;
  steps?: readonly PreviewStep[];
  standing?: EnginePreview["standing"];
}): EnginePreview {
  return {
    standing,
    deployed,
    steps: plannedSteps(steps),
    applications: plannedApplications(steps),
    routes: plannedRoutes(steps),
    stateDigest: "57a7e".padEnd(64, "0"),
  };
}

const applicationType = "pulumi-nodejs:dynamic/minivoice:Application";
const tableType = "pulumi-nodejs:dynamic/minivoice:DidRouteTable";
const urnOf = (type: string, name: string) => `urn:pulumi:test::voice::voice:index:VoiceEnvironment$${type}::${name}`;

/** An application before or after a step of the engine. */
export const applicationState = (properties: Record<string, unknown>, id?: string): PreviewedState => ({
  type: applicationType,
  custom: true,
  ...(id !== undefined && { id }),
  inputs: properties,
  outputs: properties,
});

/** What the engine would do to one application of the voice file. */
export function applicationStep(
  key: string,
  { id, ...was }: Partial<DeployedApplication>,
  is: Record<string, unknown> | undefined,
): PreviewStep {
  const oldState = id === undefined ? {} : { oldState: applicationState(was, id) };
  const fields = Object.keys({ ...was, ...is }).filter((field) => was[field as keyof typeof was] !== is?.[field]);
  return {
    op: is ? (id === undefined ? "create" : "update") : "delete",
    urn: urnOf(applicationType, key),
    ...oldState,
    ...(is && { newState: applicationState(is) }),
    ...(is && id !== undefined && { detailedDiff: Object.fromEntries(fields.map((field) => [field, {}])) }),
  };
}

/** The steps with which the engine makes what a voice file declares out of what is deployed. */
export function planOf({ applications, routes }: DeployedStack, { voice }: StackReading): PreviewStep[] {
  const wanted = new Map(Object.entries(voice.applications));
  const steps = [...new Set([...applications.keys(), ...wanted.keys()])].map((key) => {
    const { flow: flowBefore, unfinished: _, ...was } = applications.get(key) ?? ({} as DeployedApplication);
    const { flow, adopt: __, ...is } = wanted.get(key) ?? { name: "" };
    const { answerUrl = unknownValue, webhookUrl = unknownValue } = flowBefore ? was : {};
    const urls = flow ? { answerUrl, webhookUrl } : {};
    return applicationStep(key, was, wanted.has(key) ? { ...urls, ...is } : undefined);
  });
  const entries = Object.entries(voice.routes).map(([number, key]) => [
    number,
    key === "reject" ? key : (applications.get(key)?.id ?? unknownValue),
  ]);
  return [...steps, tableStep(Object.fromEntries(routes), Object.fromEntries(entries))].filter(
    ({ op, detailedDiff }) => op !== "update" || Object.keys(detailedDiff ?? {}).length > 0,
  );
}

/** What the engine would do to the table of the voice file. */
export function tableStep(was: Record<string, string>, is: Record<string, string>): PreviewStep {
  const changed = Object.keys({ ...was, ...is }).filter((number) => was[number] !== is[number]);
  return {
    op: "update",
    urn: urnOf(tableType, "numbers"),
    oldState: { type: tableType, custom: true, inputs: { routes: was }, outputs: { routes: was } },
    newState: { type: tableType, custom: true, inputs: { routes: is } },
    detailedDiff: Object.fromEntries(changed.map((number) => [`routes["${number}"]`, {}])),
  };
}

/** A full review's side of the local stack, from which the engine makes a version of the code. */
export function engineFor(head: StackReading): EngineSide {
  const deployed = deployedIn(recordedState());
  return { preview: previewOf({ deployed, steps: planOf(deployed, head) }), notes: [] };
}

/** A full review's side of the local stack, with a preview that the real engine made. */
export const engineSide = (name: "many-changes" | "replaced-application" | "nothing"): EngineSide => ({
  preview: previewOf({ deployed: deployedIn(recordedState()), steps: name === "nothing" ? [] : recorded(name) }),
  notes: [],
});
