import type { VoiceFile } from "../../../infra/voice-schema.ts";
import { defineFlow } from "../../../src/call-flow/define-flow.ts";
import type { Now } from "../../../src/review/pinned/moved-since.ts";
import { numberMoves, type Route, reviewedMoves } from "../../../src/review/pinned/number-moves.ts";
import { digestOfAll, type Meaning, partsOf } from "../../../src/review/pinned/parts.ts";
import { PinKey } from "../../../src/review/pinned/pin-key.ts";
import { FORMAT, KIND, type PinnedReview } from "../../../src/review/pinned/pinned-review.ts";

export const key = new PinKey("an obviously fake webhook secret", "voice/test");

export const ids: Readonly<Record<string, string>> = { support: "app_1", sales: "app_2", reject: "reject" };

const flow = (text: string) =>
  defineFlow("menu", {
    start: "only",
    fallback: "only",
    steps: { only: { actions: [{ type: "say", text }], end: true } },
  });

const voice: VoiceFile = {
  applications: { support: { name: "Support", flow: "menu" }, sales: { name: "Sales", flow: "menu" } },
  routes: { "+15551240001": "sales", "+15551240002": "sales", "+15551240009": "reject" },
};

const table = "urn:pulumi:test::voice::x$pulumi-nodejs:dynamic/minivoice:DidRouteTable::numbers";

/** A change that moves one number from Support to Sales. */
export const meaning: Meaning = {
  lockFile: "{}",
  provider: { "provider.ts": "export {};" },
  bundles: { "voice-test-answer": "0".repeat(64) },
  voice,
  flows: { menu: flow("Hello") },
  configuration: { "aws:region": "eu-central-1", "minivoice:apiKey": "mv_live_obviously_fake" },
  state: "a".repeat(64),
  steps: [{ urn: table, op: "update", changed: ['routes["+15551240001"]'], declared: "b".repeat(64) }],
};

export const otherFlow = flow("Good morning");

/** Where the numbers were, as the state says. */
export const before = { "+15551240001": "support", "+15551240002": "sales", "+15551240009": "reject" };

export const routesOf = (targets: Readonly<Record<string, string>>): Map<string, Route> =>
  new Map(
    Object.entries(targets).map(([number, target]) => [
      number,
      { target, ...(ids[target] !== undefined && { route: ids[target] }) },
    ]),
  );

/** What is found when the review is made again. */
export function now(edits: Partial<Meaning> = {}, deployed: Readonly<Record<string, string>> = before): Now {
  const found = { ...meaning, ...edits };
  const sides = { deployed: routesOf(deployed), declared: routesOf(found.voice.routes), kept: new Set<string>() };
  return {
    parts: partsOf(found, key),
    numbers: numberMoves(sides),
    deployed: new Map([...sides.deployed].map(([number, { route = "" }]) => [number, route])),
    routeOf: (target) => ids[target],
  };
}

/** The review as it was saved. */
export function saved(edits: Partial<PinnedReview> = {}): PinnedReview {
  const { parts, numbers: moves } = now();
  const numbers = reviewedMoves(moves, new Map());
  return key.sealed({
    kind: KIND,
    format: FORMAT,
    id: "7b0f5c0e-7f5c-4a57-9b1c-0d7d6a1f8f11",
    stack: "test",
    time: "2026-11-26T08:00:00.000Z",
    tool: "0.1.0",
    base: "1".repeat(40),
    head: { commit: "2".repeat(40), uncommittedEdits: false },
    outcome: "changes within the rules",
    exitCode: 2,
    brokenRules: [],
    counts: { numbers: 1, flows: 0, applications: 0, settings: 0, steps: 1 },
    digest: digestOfAll(parts, numbers),
    parts,
    numbers,
    ...edits,
  });
}
