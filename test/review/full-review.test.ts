import { describe, expect, test } from "@jest/globals";
import { flowDigest } from "../../src/call-flow/digest.ts";
import { flowsFor } from "../../src/flows/index.ts";
import { parseReport } from "../../src/review/comment/review-schema.ts";
import type { EngineSide } from "../../src/review/engine-side.ts";
import type { StackReading } from "../../src/review/reading.ts";
import { formats, render } from "../../src/review/render/index.ts";
import type { Review } from "../../src/review/review.ts";
import type { DeployedApplication } from "../../src/review/sources/engine-preview.ts";
import { receptionist } from "./changes.ts";
import { engineFor, engineSide, previewOf, tableStep } from "./engine-previews.ts";
import { local, reviewed, version } from "./versions.ts";

const commit = "0123456789abcdef0123456789abcdef01234567";
const review = (base: StackReading, head: StackReading, engine: EngineSide): Review =>
  reviewed(base, head, { stack: "local", engine });
const moved: [string, string] = ['"+15551230001": support', '"+15551230001": sales'];
const rejected: [string, string] = ['"+15551230002": sales', '"+15551230002": reject'];
const textsOf = (phrases: readonly { text: string }[]) => phrases.map(({ text }) => text);

describe("a full review", () => {
  test("tells ids where they were asked for, and nowhere else", () => {
    const about = { stack: "local", engine: engineSide("nothing") };
    const [plain, asked] = [{}, { ids: true }].map((ids) => reviewed(local(), local(), { ...about, ...ids }));
    const look = { width: 100, colours: false };
    for (const format of formats) {
      expect(render(plain as Review, format, look)).not.toContain("app_");
      for (const { id } of about.engine.preview.deployed.applications.values())
        expect(render(asked as Review, format, look)).toContain(id);
    }
    expect(parseReport(asked)).toMatchObject({ ids: asked?.ids });
  });

  test("has nothing to say where the state, the base and the head are the same", () => {
    expect(review(local(), local(), engineSide("nothing"))).toMatchObject({
      level: "full",
      exitCode: 0,
      deployed: { standing: "deployed", stateDigest: expect.stringMatching(/^[0-9a-f]{64}$/) },
      planned: { changes: [], other: { create: 0, update: 0 } },
      blocks: [{ title: "This change" }],
    });
  });

  test("tells what others merged and nobody deployed apart from the change, and holds both against the rules", () => {
    const { blocks, exitCode } = review(local(rejected), local(rejected, moved), engineFor(local(rejected, moved)));
    expect(blocks.map(({ title, numbers }) => [title, numbers.map(({ kind }) => kind)])).toEqual([
      ["This change", ["moved"]],
      ["Already merged, not yet deployed", ["rejected"]],
    ]);
    expect(blocks.map(({ rules }) => rules.find(({ number }) => number === "R2")?.status)).toEqual(["kept", "broken"]);
    expect(exitCode).toBe(3);
  });

  test("does not call merged what was deployed from elsewhere", () => {
    const elsewhere = { commit, isInBase: false, hadEdits: false };
    const { blocks, notes } = review(local(), local(moved), { ...engineFor(local(moved)), revision: elsewhere });
    expect(blocks.map(({ title }) => title)).toEqual(["This change"]);
    const behind = review(local(moved), local(moved), { ...engineFor(local(moved)), revision: elsewhere });
    expect(behind.blocks[1]?.title).toBe("Deployed otherwise than the base says");
    expect(textsOf(behind.notes)).toContainEqual(
      expect.stringContaining("The base does not have all of what is deployed"),
    );
    expect(textsOf(notes)).not.toContainEqual(
      expect.stringContaining("The base does not have all of what is deployed"),
    );
  });

  test("finds a deployed flow by its digest in any version, and says of one that none has that its text is not known", () => {
    const flows = (greeting: string) => ({ ...flowsFor("local"), receptionist: receptionist({ greeting }) });
    const deployedAs = (greeting: string): EngineSide => {
      const { preview, ...rest } = engineSide("nothing");
      const { receptionist: flow } = flows(greeting);
      const deployed = { ...preview.deployed, flows: { ...preview.deployed.flows, receptionist: flowDigest(flow) } };
      return { preview: { ...preview, deployed }, ...rest };
    };
    const [was, is] = ["Hello.", "Welcome."].map((greeting) => ({ ...local(), flows: flows(greeting) }));
    const merged = (deployed: string, revision?: StackReading) =>
      review(is as StackReading, is as StackReading, {
        ...deployedAs(deployed),
        ...(revision && { revision: { commit, isInBase: true, hadEdits: false, version: version(revision) } }),
      }).blocks[1];
    expect(merged("Welcome.")).toBeUndefined();
    expect(merged("Hello.", was)?.flows).toMatchObject([{ differences: [{ differs: ["says"] }] }]);
    expect(merged("Hello.")?.flows).toMatchObject([{ from: "receptionist", unknown: true, differences: [] }]);
  });

  test("assumes the flow of an application whose first deployment did not come to its end, and says so", () => {
    const { preview, ...rest } = engineSide("nothing");
    const { flow: _, ...support } = preview.deployed.applications.get("support") as DeployedApplication;
    const applications = new Map(preview.deployed.applications).set("support", { ...support, unfinished: true });
    const engine = { ...rest, preview: { ...preview, deployed: { ...preview.deployed, applications } } };
    const { blocks, notes } = review(local(), local(), engine);
    expect({ blocks: blocks.length, notes: textsOf(notes) }).toEqual({
      blocks: 1,
      notes: expect.arrayContaining([
        "The state does not tell which flow answers Support IVR (local), for no deployment with it came to its end: that of the code is assumed.",
      ]),
    });
  });

  test("of a stack that was never deployed takes what the base has as merged, and what the head adds as the change", () => {
    const { blocks, notes, exitCode } = review(local(), local(moved), { preview: previewOf({}), notes: [] });
    expect(blocks.map(({ title, numbers }) => [title, numbers.map(({ kind }) => kind)])).toEqual([
      ["This change", ["moved"]],
      ["Already merged, not yet deployed", ["added", "added", "added", "added"]],
    ]);
    expect({ notes: textsOf(notes), exitCode }).toEqual({
      notes: ["Nothing of local is deployed yet: everything in it is new."],
      exitCode: 2,
    });
  });

  test("compares with what is deployed where the base has no such stack", () => {
    const { blocks } = reviewed(version(undefined), local(moved), { stack: "local", engine: engineFor(local(moved)) });
    expect(blocks).toMatchObject([{ title: "This change", numbers: [{ kind: "moved" }] }]);
  });

  test("of a copy for previews is about the code, and says so", () => {
    const preview = previewOf({ standing: "copy", steps: [] });
    const { blocks, planned, notes } = review(local(), local(moved), { preview, notes: [] });
    expect({ titles: blocks.map(({ title }) => title), planned }).toEqual({
      titles: ["This change"],
      planned: undefined,
    });
    expect(textsOf(notes)).toEqual([expect.stringContaining("What is deployed of local is not known here")]);
  });
});

describe("what the engine plans", () => {
  const plannedBy = (engine: EngineSide, head: StackReading) =>
    review(head, head, engine).planned?.changes.map(({ kind, name, op, changes, consequences }) => [
      `${op} ${kind} ${name}`,
      textsOf(changes).join("; "),
      textsOf(consequences).join("; "),
    ]);
  const declared = local(
    moved,
    ["Appointment reminders (local)", "Reminders (local)"],
    ["routes:", '  billing: { name: Billing (local), flow: salesMenu }\nroutes:\n  "+15551230004": billing'],
  );

  test("is told as far as the code does not tell it, and the rest is counted", () => {
    expect(plannedBy(engineSide("many-changes"), declared)).toEqual([
      [
        "update webhook secret webhook",
        "another one",
        "a new webhook secret, written into 3 applications; the one before stays valid for voice:webhookSecretOverlap",
      ],
      ["update function voice-local-answer", "its code", ""],
    ]);
    expect(review(declared, declared, engineSide("many-changes")).planned?.other).toEqual({ create: 0, update: 1 });
  });

  test("is not lost where the code tells nothing of it", () => {
    expect(plannedBy(engineSide("many-changes"), local())?.map(([what, changes]) => [what, changes])).toEqual([
      ["update numbers numbers", "1 number: +15551230004"],
      ["update webhook secret webhook", "another one"],
      ["update function voice-local-answer", "its code"],
    ]);
  });

  describe("of numbers that the program routes otherwise than the voice file says", () => {
    const { preview, ...rest } = engineSide("nothing");
    const routed = (is: Record<string, string | undefined>, program: string[] = []): Review => {
      const was = Object.fromEntries(preview.deployed.routes);
      const routes = Object.entries({ ...was, ...is }).filter((route): route is [string, string] => !!route[1]);
      const steps = [tableStep(was, Object.fromEntries(routes))];
      const engine = { ...rest, preview: previewOf({ deployed: preview.deployed, steps }) };
      return reviewed(local(), local(), { stack: "local", engine, program });
    };
    const numbersIn = ({ blocks }: Review) =>
      blocks.flatMap(({ numbers }) => numbers.map(({ kind, numbers: [first] }) => `${kind} ${first?.number}`));
    const sales = preview.deployed.applications.get("sales")?.id;

    test("is told as a change, and held against the rules", () => {
      const rejects = routed({ "+15551230001": "reject" });
      expect(numbersIn(rejects)).toEqual(["rejected +15551230001"]);
      expect(rejects).toMatchObject({ exitCode: 3, planned: { changes: [] } });
      expect(textsOf(rejects.notes)).toContain(
        "The program routes otherwise than stacks/Voice.local.yaml says: +15551230001.",
      );
      expect(numbersIn(routed({ "+15551230001": sales }))).toEqual(["moved +15551230001"]);
      expect(numbersIn(routed({ "+15551230001": undefined }))).toEqual(["left the code +15551230001"]);
      expect(numbersIn(routed({ "+15551239999": sales }))).toEqual(["added +15551239999"]);
    });

    test("is left to the engine's words where no application of the code explains it", () => {
      const unknown = routed({ "+15551230001": "app_of_somebody_else" });
      expect(numbersIn(unknown)).toEqual([]);
      expect(unknown).toMatchObject({ exitCode: 2, planned: { changes: [{ kind: "numbers" }] } });
    });
  });

  test.each([
    ["managed", "1 number is routed to it in the same run, and the one before is deleted"],
    [
      "documented",
      "1 number to be assigned by hand: until then callers reach the one before; the one before stays in the account, whose API cannot delete it",
    ],
  ])("a replaced application comes to other things in an account that is %s", (capabilities, consequence) => {
    const head = { ...local(), capabilities };
    expect(plannedBy(engineSide("replaced-application"), head)).toContainEqual([
      "replace application Support IVR (local)",
      "",
      `another application takes its place, with an id and an API key of its own; ${consequence}`,
    ]);
  });

  test("a table, or an application, that the last deployment left unfinished is said to go on", () => {
    const engine = engineSide("many-changes");
    const steps = engine.preview.steps.map((step) => ({ ...step, changed: ["#initerror"] }));
    const applications = new Map([...engine.preview.applications].map(([urn, step]) => [urn, { ...step, fields: [] }]));
    const unfinished = plannedBy({ ...engine, preview: { ...engine.preview, steps, applications } }, local());
    expect(unfinished).toContainEqual(["update numbers numbers", "", expect.stringContaining("left it unfinished")]);
    expect(unfinished).toContainEqual([
      "update application Sales menu (local)",
      "",
      expect.stringContaining("left it unfinished"),
    ]);
  });

  test("what other code of the program does with the account, and infrastructure that goes, is named", () => {
    const step = (type: string, name: string, op: string) => ({
      op,
      urn: `urn:pulumi:local::voice::${type}::${name}`,
      oldState: { type, custom: true, inputs: {}, outputs: {} },
      ...(op !== "delete" && { newState: { type, custom: true, inputs: {} } }),
    });
    const { preview, ...rest } = engineSide("nothing");
    const steps = [
      step("pulumi-nodejs:dynamic/minivoice:DidRoute", "main-line", "update"),
      step("aws:dynamodb/table:Table", "records", "replace"),
      step("aws:lambda/functionUrl:FunctionUrl", "answer", "replace"),
      step("aws:lambda/function:Function", "worker", "delete"),
      step("aws:iam/role:Role", "role", "update"),
      step("aws:iam/role:Role", "other", "create"),
    ];
    const engine = { ...rest, preview: { ...previewOf({ deployed: preview.deployed, steps }) } };
    expect(plannedBy(engine, local())?.map(([what]) => what)).toEqual([
      "replace endpoint answer",
      "delete function worker",
      "replace resource records",
      "update resource main-line",
    ]);
    expect(review(local(), local(), engine).planned?.other).toEqual({ create: 1, update: 1 });
    expect(review(local(), local(), engine).exitCode).toBe(2);
  });
});

describe("with the account", () => {
  const drifted: EngineSide = {
    ...engineFor(local(moved)),
    reality: {
      differences: ["+15551230001", "+15551230009"].map((number) => ({
        kind: "number",
        subject: number,
        name: number,
        fields: [{ field: "route", deployed: "Support IVR (local)", live: "unassigned" }],
      })),
      newNumbers: [],
      unread: [],
    },
  };
  const findings = (result: Review) =>
    result.blocks.map(({ rules }) =>
      rules.find(({ number }) => number === "R8")?.findings.map(({ message, subjects }) => [message.text, subjects]),
    );

  test("R8 is broken by a number that the change, or what was merged before it, is about, and by others as a count", () => {
    const told = [
      ["+15551230001: reviewed as Support IVR (local), but it is unassigned by now", ["+15551230001"]],
      ["beside the change, 1 object of the stack is not as deployed: +15551230009", ["+15551230009"]],
    ];
    expect(findings(review(local(), local(moved), drifted))).toEqual([told]);
    expect(findings(review(local(moved), local(moved), drifted))).toEqual([told, undefined]);
    expect(review(local(), local(moved), drifted)).toMatchObject({ level: "live", exitCode: 3 });
  });

  test("R8 is kept where all is as deployed, and no rule of a review that did not look", () => {
    const asDeployed = { ...engineSide("nothing"), reality: { differences: [], newNumbers: [], unread: [] } };
    expect(findings(review(local(), local(), asDeployed))).toEqual([[]]);
    expect(findings(review(local(), local(), engineSide("nothing")))).toEqual([undefined]);
    expect(review(local(), local(), asDeployed).exitCode).toBe(0);
  });
});
