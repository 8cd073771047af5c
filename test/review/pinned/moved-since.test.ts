import { describe, expect, test } from "@jest/globals";
import { parseVoiceFile } from "../../../infra/voice-file.ts";
import { movedSince } from "../../../src/review/pinned/moved-since.ts";
import { digestOfAll, type Meaning, partsOf } from "../../../src/review/pinned/parts.ts";
import { before, ids, key, meaning, now, otherFlow, saved } from "./saved.ts";

const { voice } = meaning;
const [step] = meaning.steps;
const moved = { state: "d".repeat(64) };

test("nothing has moved, so nothing is said", () => {
  expect(movedSince(saved(), now())).toEqual({ reasons: [], begun: false });
});

describe("each part that moves is named, and no other:", () => {
  const cases: [string, Partial<Meaning>, string[]][] = [
    ["the packages", { lockFile: "{} " }, ["the packages: package-lock.json is another one"]],
    [
      "the provider",
      { provider: { "provider.ts": "export {}; // edited" } },
      ["the provider: its sources (providers/minivoice) are others"],
    ],
    [
      "the code of a function",
      { bundles: { "voice-test-answer": "1".repeat(64) } },
      ["the code of the function voice-test-answer is another one"],
    ],
    [
      "a function that is new",
      { bundles: { ...meaning.bundles, worker: "1".repeat(64) } },
      ["the code of the function worker is new"],
    ],
    [
      "an application",
      { voice: { ...voice, applications: { ...voice.applications, sales: { name: "Sales 2", flow: "menu" } } } },
      ["the voice file: its applications"],
    ],
    ["what callers hear", { flows: { menu: otherFlow } }, ["the flow menu is another one"]],
    [
      "a secret setting",
      { configuration: { ...meaning.configuration, "minivoice:apiKey": "mv_live_another_fake" } },
      ["the setting minivoice:apiKey is another one"],
    ],
    [
      "a setting that is gone",
      { configuration: { "minivoice:apiKey": "mv_live_obviously_fake" } },
      ["the setting aws:region is gone"],
    ],
    [
      "a step that nobody saw",
      {
        steps: [
          ...meaning.steps,
          { urn: "urn:pulumi:test::voice::aws:sqs/queue:Queue::events", op: "delete", changed: [] },
        ],
      },
      ["Queue events: the engine would delete it, which nobody reviewed"],
    ],
    [
      "a field of a step",
      { steps: [{ ...step, changed: ["maxChange", "routes"] } as Meaning["steps"][number]] },
      ["DidRouteTable numbers: the engine would change maxChange, which nobody reviewed"],
    ],
    [
      "what a step writes",
      { steps: [{ ...step, declared: "e".repeat(64) } as Meaning["steps"][number]] },
      ["DidRouteTable numbers: what the program declares for it is not what was reviewed"],
    ],
  ];
  const state = "the state: what is deployed is not what was deployed then";
  test.each(cases)("%s", (_, edits, reasons) => {
    expect(movedSince(saved(), now(edits)).reasons).toEqual(reasons);
    const sides = [meaning, { ...meaning, ...edits }].map((side) => digestOfAll(partsOf(side, key), {}));
    expect(sides[0]).not.toBe(sides[1]);
    // Where the plan is the reviewed one, the state may have moved towards it, whatever else has moved.
    const isPlan = "steps" in edits;
    const withState = movedSince(saved(), now({ ...edits, ...moved })).reasons;
    if (!isPlan) expect(withState).toEqual(reasons);
    else if (withState.length > 0) expect(withState).toEqual([state, ...reasons]);
  });

  test("the routes, number by number", () => {
    const routes = { ...voice.routes, "+15551240001": "reject", "+15551240002": "support" };
    expect(movedSince(saved(), now({ voice: { ...voice, routes } })).reasons).toEqual([
      "the voice file: its routes",
      "+15551240001 was to go to sales, and would go to reject",
      "+15551240002 would go from sales to support, which nobody reviewed",
    ]);
  });
});

describe("the state may have moved", () => {
  test("towards what was reviewed: that is what a run leaves that was cut off", () => {
    const there = { ...before, "+15551240001": "sales" };
    expect(movedSince(saved(), now({ ...moved, steps: [] }, there))).toEqual({ reasons: [], begun: true });
    expect(movedSince(saved(), now(moved))).toEqual({ reasons: [], begun: true });
  });

  test("not elsewhere: another deployment has changed it", () => {
    const elsewhere = { ...before, "+15551240001": "reject" };
    expect(movedSince(saved(), now(moved, elsewhere)).reasons).toEqual([
      "the state: what is deployed is not what was deployed then",
      "+15551240001 was deployed as going to app_1, and has been deployed as going to reject since",
    ]);
    const others = { ...before, "+15551240002": "support" };
    expect(movedSince(saved(), now(moved, others)).reasons).toEqual([
      "the state: what is deployed is not what was deployed then",
      "+15551240002 would go from support to sales, which nobody reviewed",
    ]);
  });

  test("to an application that did not exist at the review", () => {
    const routes = { ...voice.routes, "+15551240001": "fresh" };
    const edits = { voice: { ...voice, routes } };
    const review = { ...saved(), ...now(edits), numbers: Object.fromEntries(now(edits).numbers) } as ReturnType<
      typeof saved
    >;
    expect(review.numbers["+15551240001"]?.to).toEqual({ target: "fresh" });
    const found = now({ ...edits, ...moved, steps: [] }, { ...before, "+15551240001": "app_3" });
    const born = { ...found, numbers: new Map(), deployed: new Map([["+15551240001", "app_3"]]) };
    const routeOf = (target: string) => (target === "fresh" ? "app_3" : ids[target]);
    expect(movedSince(review, { ...born, routeOf })).toEqual({ reasons: [], begun: true });
  });
});

test("what changes no meaning changes no digest: comments, order, layout, names of steps", () => {
  const [one, other] = [
    "applications:\n  support: { name: Support, flow: menu }\n  sales: { name: Sales, flow: menu }\nroutes:\n" +
      '  "+15551240001": sales\n  "+15551240002": sales\n',
    "# edited\nroutes: { '+15551240002': sales, '+15551240001': sales }\napplications:\n" +
      "  sales: { flow: menu, name: Sales }\n  support:\n    name: Support # ours\n    flow: menu\n",
  ].map((text) => {
    const parsed = parseVoiceFile(text, { file: "Voice.test.yaml", flows: ["menu"] }).voice;
    if (!parsed) throw new Error("the voice file is broken");
    const configuration = Object.fromEntries(Object.entries(meaning.configuration).reverse());
    return digestOfAll(partsOf({ ...meaning, voice: parsed, configuration }, key), {});
  });
  expect(one).toBe(other);
});
