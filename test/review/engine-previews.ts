import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { PreviewStep } from "../../src/stack-state/preview-step.ts";

/** The steps of a preview that the real engine made, as `pulumi preview --json` told them. */
export function recorded(name: "many-changes" | "replaced-application"): PreviewStep[] {
  const file = join(import.meta.dirname, "..", "fixtures", "pulumi", `preview-${name}.json`);
  return JSON.parse(readFileSync(file, "utf8")).steps;
}
