import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { reviewedMoves } from "../review/pinned/number-moves.ts";
import { digestOfAll } from "../review/pinned/parts.ts";
import { FORMAT, KIND, type PinnedReview } from "../review/pinned/pinned-review.ts";
import { renderJson } from "../review/render/json.ts";
import type { Review } from "../review/review.ts";
import { CliError } from "./cli-error.ts";
import { shortName } from "./drift-check.ts";
import type { EnginePreviewed } from "./engine-preview.ts";
import { readRoutes } from "./live-routes.ts";
import { readPinnedStack } from "./pinned-stack.ts";
import { root } from "./project.ts";
import { writeWhole } from "./write-whole.ts";

/**
 * Writes a review that `minivoice apply` can hold a deployment against. Of the account only the numbers are read that the
 * code did not have before: where the others come from is what the state says, and the report with it.
 *
 * @throws CliError, CouldNotReview
 */
export async function saveReview(
  file: string,
  review: Review,
  previewed: EnginePreviewed,
  signal: AbortSignal,
): Promise<PinnedReview> {
  const { workspace, standing } = previewed;
  if (standing === "copy")
    throw new CliError(
      `--save: ${workspace.stack} is only a copy here, so nobody knows what is deployed: set PULUMI_BACKEND_URL or ` +
        "PULUMI_ACCESS_TOKEN, and MINIVOICE_API_KEY",
    );
  const stack = await readPinnedStack(previewed, signal);
  const isNew = [...stack.numbers].flatMap(([number, { from }]) => (from.route === undefined ? [number] : []));
  const numbers = reviewedMoves(stack.numbers, await liveRoutes(workspace, isNew, signal));
  const blocks = review.blocks;
  const changes = (kind: "flows" | "applications" | "configuration") =>
    blocks.reduce((sum, block) => sum + block[kind].length, 0);
  const broken = blocks.flatMap(({ rules }) => rules.filter(({ status }) => status === "broken"));
  const pinned = stack.keys[0].sealed({
    kind: KIND,
    format: FORMAT,
    id: randomUUID(),
    stack: shortName(workspace),
    time: review.time,
    tool: JSON.parse(readFileSync(join(root, "package.json"), "utf8")).version,
    base: review.base.commit,
    head: review.head,
    outcome: review.outcome,
    exitCode: review.exitCode,
    brokenRules: [...new Set(broken.map(({ number }) => number))],
    counts: {
      numbers: Object.keys(numbers).length,
      flows: changes("flows"),
      applications: changes("applications"),
      settings: changes("configuration"),
      steps: stack.parts.steps.length,
    },
    digest: digestOfAll(stack.parts, numbers),
    parts: stack.parts,
    numbers,
  });
  writeWhole(file, renderJson(pinned));
  return pinned;
}

async function liveRoutes(
  workspace: EnginePreviewed["workspace"],
  numbers: string[],
  signal: AbortSignal,
): Promise<Map<string, string>> {
  if (numbers.length === 0) return new Map();
  const { routes } = await readRoutes(workspace, numbers, signal);
  const unknown = [...routes].flatMap(([number, live]) => {
    if ("unknown" in live) return [`${number} could not be read, so nobody knows where it goes now: ${live.unknown}`];
    return "absent" in live ? [`${number} is not a number of this account: take it out of the voice file`] : [];
  });
  if (unknown.length > 0) throw new CliError(unknown.slice(0, 20).join("\n"));
  return new Map([...routes].flatMap(([number, live]) => ("route" in live ? [[number, live.route]] : [])));
}
