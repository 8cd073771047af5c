import { readFileSync } from "node:fs";
import { join } from "node:path";
import { deployedIn } from "../../src/cli/deployed-stack.ts";
import type { EngineSide } from "../../src/review/engine-side.ts";
import type { DeployedStack, EnginePreview } from "../../src/review/sources/engine-preview.ts";
import { plannedApplications } from "../../src/review/sources/planned-applications.ts";
import { plannedRoutes } from "../../src/review/sources/planned-routes.ts";
import { plannedSteps } from "../../src/review/sources/planned-steps.ts";
import type { PreviewStep } from "../../src/stack-state/preview-step.ts";

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

/** A full review's side of the local stack, with a preview that the real engine made. */
export const engineSide = (name: "many-changes" | "replaced-application" | "nothing"): EngineSide => ({
  preview: previewOf({ deployed: deployedIn(recordedState()), steps: name === "nothing" ? [] : recorded(name) }),
  notes: [],
});
