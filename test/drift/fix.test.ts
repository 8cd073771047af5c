import { describe, expect, test } from "@jest/globals";
import { assertNothingElse } from "../../src/cli/drift-fix.ts";
import { fixCommand } from "../../src/cli/drift-ways-out.ts";
import { compare } from "../../src/drift/compare.ts";
import { planFix } from "../../src/drift/fix.ts";
import type { RecordedStack } from "../../src/drift/recorded.ts";
import { declaredOf, idOf, liveOf, type Model, recordedOf } from "./pictures.ts";

const range = (count: number) =>
  Array.from({ length: count }, (_, index) => `+15551230${String(index).padStart(3, "0")}`);
const base = (count: number): Model => ({
  applications: { support: { name: "Support" }, sales: { name: "Sales" } },
  routes: Object.fromEntries(range(count).map((number) => [number, "support"])),
});
const changed = (model: Model, routes: Record<string, string>): Model => ({
  ...model,
  routes: { ...model.routes, ...routes },
});

/** The table is called `table`, the applications by their keys. */
function recordedWith(state: Model, gone: RecordedStack["gone"] = new Map()): RecordedStack {
  const { applications, routes } = recordedOf(state, state);
  return {
    applications: new Map([...applications].map(([key, one]) => [key, { ...one, urn: key, fromVoiceFile: true }])),
    routes: new Map([...routes].map(([number, one]) => [number, { ...one, urn: "table", fromVoiceFile: true }])),
    gone,
    goneNumbers: new Set(),
    unfinished: new Map(),
    code: new Map(),
    pendingOperations: 0,
  };
}

function plan(code: Model, state: Model, live: Model, gone?: RecordedStack["gone"]) {
  const recorded = recordedWith(state, gone);
  const sides = { declared: declaredOf(code), recorded, live: liveOf(live, Object.keys(code.routes)) };
  const about = { stack: "test", checkedAt: new Date(0) };
  return planFix(compare(sides.declared, recorded, sides.live, about), sides);
}

describe("putting back", () => {
  test("concerns what drifted and nothing else, and says from where each number is taken", () => {
    const [first = "", second = ""] = range(2);
    const live = { ...changed(base(3), { [first]: "sales", [second]: "reject" }) };
    expect(plan(base(3), base(3), live)).toEqual(
      expect.objectContaining({
        targets: ["table"],
        expected: { [first]: idOf("sales"), [second]: "reject" },
        undeployed: [],
        left: [],
      }),
    );
  });

  test("of a deleted application concerns the numbers that are to reach it again", () => {
    const live = { ...base(2), applications: { sales: { name: "Sales" } }, routes: { ...changed(base(2), {}).routes } };
    for (const number of Object.keys(live.routes)) live.routes[number] = "reject";
    expect(plan(base(2), base(2), live).targets).toEqual(["support", "table"]);
  });

  test("works as well once a refresh has taken the deleted application out of the state", () => {
    const { sales = { name: "Sales" } } = base(2).applications;
    const left = { applications: { sales }, routes: Object.fromEntries(range(2).map((number) => [number, "reject"])) };
    const gone = new Map([["support", { id: idOf("support"), name: "Support", urn: "urn of support" }]]);
    expect(plan(base(2), { ...left, routes: base(2).routes }, left, gone)).toMatchObject({
      targets: ["table", "urn of support"],
      undeployed: [],
    });
  });

  test("cannot be done for a number that is gone", () => {
    const [first = ""] = range(1);
    const live = changed(base(2), {});
    delete live.routes[first];
    expect(plan(base(2), base(2), live)).toMatchObject({ targets: [], left: [{ object: first }] });
  });

  test("is refused where it would deploy what the code has changed since", () => {
    const [first = "", second = ""] = range(2);
    const found = plan(changed(base(3), { [second]: "sales" }), base(3), changed(base(3), { [first]: "sales" }));
    expect(found.undeployed).toEqual([second]);
    expect(() => assertNothingElse(found, "0123abc-dirty")).toThrow(`the code has changed ${second}`);
    expect(() => assertNothingElse(found, "0123abc-dirty")).toThrow("git checkout 0123abc)");
    expect(() => assertNothingElse(found, undefined)).toThrow("undo those edits for the moment");
  });

  test("is refused as well where a number that is new in the code would go into the same table", () => {
    const [first = ""] = range(1);
    const code = changed(base(3), { "+15551239999": "sales" });
    expect(plan(code, base(3), changed(base(3), { [first]: "sales" })).undeployed).toEqual(["+15551239999"]);
  });

  test("of a part is refused where the code has changed numbers of the same table that were not looked at", () => {
    const [first = "", second = "", third = ""] = range(3);
    const code = changed(base(4), { [second]: "sales", "+15551239999": "sales" });
    const [all, part] = [recordedWith(base(4)), recordedWith({ ...base(4), routes: { [first]: "support" } })];
    // What a refresh found of a third number, and the code says, too, would be written by no up.
    const found = { ...code, routes: { ...code.routes, [third]: "sales" } };
    Object.assign(all.routes.get(third) ?? {}, { seen: idOf("sales") });
    const declared = declaredOf({ ...base(4), routes: { [first]: "support" } });
    const live = liveOf(changed(base(4), { [first]: "sales" }), [first]);
    const report = compare(declared, part, live, { stack: "test", checkedAt: new Date(0), part: true });
    const sides = { declared, recorded: part, live, whole: { declared: declaredOf(found), recorded: all } };
    expect(planFix(report, sides)).toMatchObject({ targets: ["table"], undeployed: [second, "+15551239999"] });
  });

  test("of more than maxChange allows is confirmed by its count", () => {
    const moved = (count: number) => Object.fromEntries(range(count).map((number) => [number, "sales"]));
    const few = plan(base(20), base(20), changed(base(20), moved(3)));
    expect(fixCommand("test", few)).toBe("npx minivoice up -s test -- --refresh --target table --yes");
    const many = plan(base(20), base(20), changed(base(20), moved(7)));
    expect(fixCommand("test", many)).toMatch(/^MINIVOICE_CONFIRM_CHANGES=7 npx minivoice up/);
  });
});

test("a URN is quoted for a shell", () => {
  const targets = [
    "urn:pulumi:test::voice::voice:index:VoiceEnvironment$pulumi-nodejs:dynamic/minivoice:Application::it's",
  ];
  const one = {
    objects: [],
    targets,
    expected: {},
    count: 0,
    missing: 0,
    needsConfirmation: false,
    left: [],
    undeployed: [],
  };
  expect(fixCommand("test", one)).toContain(
    "'urn:pulumi:test::voice::voice:index:VoiceEnvironment$pulumi-nodejs:dynamic/minivoice:Application::it'\\''s'",
  );
});
