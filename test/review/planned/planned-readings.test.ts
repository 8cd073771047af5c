import { describe, expect, test } from "@jest/globals";
import { flowDigest } from "../../../src/call-flow/digest.ts";
import { flowsFor } from "../../../src/flows/index.ts";
import { formats, render } from "../../../src/review/render/index.ts";
import type { Review } from "../../../src/review/review.ts";
import type { DeployedApplication, DeployedStack } from "../../../src/review/sources/engine-preview.ts";
import { type PreviewStep, secretValue, unknownValue } from "../../../src/stack-state/preview-step.ts";
import { applicationState, applicationStep, previewOf, tableStep } from "../engine-previews.ts";
import { edited, reading, reviewed, version } from "../versions.ts";

const functions = "https://hush.lambda-url.eu-central-1.on.aws";
const applicationOf = (key: string, name: string, flow: string): DeployedApplication => ({
  id: `app_${key}`,
  name,
  flow,
  answerUrl: `${functions}/answer/${key}`,
  webhookUrl: "https://hook.example.com/",
});
const support = applicationOf("support", "Support IVR (test)", "receptionist");
const sales = applicationOf("sales", "Sales menu (test)", "salesMenu");
const routes = {
  "+15551240001": "app_support",
  "+15551240002": "app_sales",
  "+15551240003": "app_support",
  "+15551240009": "reject",
};

/** The stack as the ordinary voice file is deployed. */
const ordinary: DeployedStack = {
  applications: new Map(Object.entries({ support, sales })),
  routes: new Map(Object.entries(routes)),
  flows: Object.fromEntries(Object.entries(flowsFor("test")).map(([name, flow]) => [name, flowDigest(flow)])),
};

/** How the program makes an application that is deployed; nothing of what the state alone tells. */
const madeAs = ({ id: _, flow: __, ...was }: DeployedApplication, is: Record<string, unknown> = {}) => ({
  ...was,
  ...is,
});
const update = (key: string, was: DeployedApplication, is: Record<string, unknown>): PreviewStep =>
  applicationStep(key, { id: was.id, ...madeAs(was) }, madeAs(was, is));
const program = ["infra/index.ts"];

/** A review of a change that edits the program alone. */
function planned(
  steps: PreviewStep[],
  {
    deployed = ordinary,
    capabilities = "managed",
    rules,
    ...about
  }: { deployed?: DeployedStack; capabilities?: string; rules?: string; program?: string[] } = {},
): Review {
  const side = reading({ capabilities });
  const engine = { preview: previewOf({ deployed, steps }), notes: [] };
  return reviewed(side, version(side, { ...(rules !== undefined && { rules }) }), { engine, program, ...about });
}

const broken = ({ blocks }: Review) =>
  blocks.flatMap(({ title, rules }) =>
    rules.flatMap(({ number, status, findings }) =>
      status === "kept" ? [] : [[title, number, status, ...findings.map(({ message }) => message.text)]],
    ),
  );
const applicationsIn = ({ blocks }: Review) =>
  blocks.flatMap(({ title, applications }) =>
    applications.map(({ kind, key, fields }) => [
      title,
      kind,
      key,
      ...fields.map(({ field, from, to, hidden }) => `${field}: ${from} → ${to}${hidden ? ", hidden" : ""}`),
    ]),
  );
const rest = (review: Review) => review.planned?.changes.map(({ op, kind, name }) => `${op} ${kind} ${name}`);
const notesOf = ({ notes }: Review) => notes.map(({ text }) => text);

describe("an application that only the program changes", () => {
  test("and that looks like one of another environment by its new name breaks R3 as an edit of the voice file does", () => {
    const review = planned([update("support", support, { name: "Support IVR (production)" })]);
    const byVoiceFile = reviewed(
      reading(),
      reading({ voice: edited(["Support IVR (test)", "Support IVR (production)"]) }),
    );
    expect(broken(review)).toEqual(broken(byVoiceFile));
    expect(broken(review)).toEqual([
      ["This change", "R3", "broken", expect.stringContaining("of production, not of test")],
    ]);
    expect(applicationsIn(review)).toEqual([
      ["This change", "changed", "support", "name: Support IVR (test) → Support IVR (production)"],
    ]);
    expect(rest(review)).toEqual([]);
    expect(notesOf(review)).toContain(
      "The program makes otherwise than stacks/Voice.test.yaml says: Support IVR (test).",
    );
  });

  test("is exempt by its key", () => {
    const rules = `exemptions: { live: { rule: R3, stack: test, for: support, reason: Meant., expires: 2027-02-28 } }`;
    const review = planned([update("support", support, { name: "Support IVR (production)" })], { rules });
    expect(broken(review)).toEqual([["This change", "R3", "exempt", expect.any(String)]]);
    expect(review.exitCode).toBe(2);
  });

  test("and whose answer_url leaves https breaks R6, and no host of an answer_url is shown", () => {
    const review = planned([update("support", support, { answerUrl: "http://10.0.0.7/answer?key=loud" })]);
    expect(broken(review)).toEqual([
      [
        "This change",
        "R6",
        "broken",
        expect.stringMatching(/^the answer_url of Support IVR \(test\) is http:\/\/host-[0-9a-f]{8}\/answer$/),
      ],
    ]);
    expect(applicationsIn(review)).toEqual([
      [
        "This change",
        "changed",
        "support",
        expect.stringMatching(/^answerUrl: host-\w+\/answer\/support → http:\/\/host-\w+\/answer$/),
      ],
    ]);
    expect(review.blocks[0]?.applications[0]?.consequences.map(({ text }) => text)).toEqual([
      "callers are answered at another address: whether the flow receptionist answers there is not told here",
    ]);
    expect(rest(review)).toEqual([]);
    for (const format of formats)
      expect(render(review, format, { width: 100, colours: false })).not.toMatch(/hush|loud|10\.0\.0\.7/);
  });

  test("tells of another query that it is one, and of a webhook_url from where to where it moves", () => {
    const review = planned([
      update("support", support, { answerUrl: `${support.answerUrl}?v=2` }),
      update("sales", sales, { webhookUrl: "https://events.example.com/?token=hush" }),
    ]);
    expect(applicationsIn(review)).toEqual([
      ["This change", "changed", "support", expect.stringMatching(/^answerUrl: host-.* → host-.*, hidden$/)],
      ["This change", "changed", "sales", "webhookUrl: https://hook.example.com/ → https://events.example.com/?…"],
    ]);
    expect(review.exitCode).toBe(2);
  });

  test.each([
    [
      "managed",
      "Support IVR (test) is deleted with 2 numbers: +15551240001, +15551240003 still routed to it: nothing says where those callers go",
    ],
    [
      "documented",
      "Support IVR (test) is deleted, but 2 numbers: +15551240001, +15551240003 must be assigned by hand: until then callers reach it",
    ],
  ])("and deletes while numbers route to it breaks R5 in an account that is %s", (capabilities, finding) => {
    const review = planned([applicationStep("support", support, undefined)], { capabilities });
    expect(broken(review)).toEqual([["This change", "R5", "broken", finding]]);
    expect(applicationsIn(review)).toEqual([
      ["This change", "removed", "support", expect.any(String), expect.any(String)],
    ]);
    expect(rest(review)).toEqual([]);
  });

  test("and whose numbers leave with it breaks R5 and R2", () => {
    const { "+15551240001": _, "+15551240003": __, ...others } = routes;
    const review = planned([applicationStep("support", support, undefined), tableStep(routes, others)]);
    expect(broken(review).map(([, rule]) => rule)).toEqual(["R2", "R5"]);
    expect(review.blocks[0]?.numbers).toMatchObject([{ kind: "left the code", from: { key: "support" } }]);
    expect(rest(review)).toEqual([]);
  });

  test("and creates is told as added", () => {
    const steps = [
      applicationStep(
        "live",
        {},
        { name: "Live desk (production)", answerUrl: unknownValue, webhookUrl: unknownValue },
      ),
    ];
    const review = planned(steps);
    expect(applicationsIn(review)).toEqual([
      ["This change", "added", "live", "name: undefined → Live desk (production)"],
    ]);
    expect(rest(review)).toEqual([]);
  });

  test("in what cannot be known before the deployment, or is a secret, stays with what the engine would change", () => {
    const secret = { ...madeAs(sales), webhookUrl: secretValue };
    const review = planned([
      update("support", support, { name: "Help desk (test)", answerUrl: unknownValue }),
      { ...applicationStep("sales", { id: sales.id, ...secret }, secret), detailedDiff: { webhookUrl: null } },
    ]);
    expect(applicationsIn(review)).toEqual([
      ["This change", "changed", "support", "name: Support IVR (test) → Help desk (test)"],
    ]);
    expect(review.planned?.changes.map(({ name, changes }) => [name, ...changes.map(({ text }) => text)])).toEqual([
      ["Sales menu (test)", "webhook_url: [secret] → [secret]"],
      ["Support IVR (test)", expect.stringMatching(/^answer_url: host-.* → known after the deployment$/)],
    ]);
  });

  test("and keeps as a secret is no change, as nobody here can see it", () => {
    const billing = { id: "app_billing", name: "Billing (test)", hidden: ["answerUrl" as const] };
    const stack = { ...ordinary, applications: new Map([...ordinary.applications, ["billing", billing]]) };
    const head = reading({
      voice: edited(["routes:", '  billing: { name: Billing (test), answerUrl: "https://b.example.com/" }\nroutes:']),
    });
    const engine = { preview: previewOf({ deployed: stack }), notes: [] };
    expect(reviewed(head, head, { engine })).toMatchObject({ exitCode: 0, blocks: [{ applications: [] }] });
  });

  test("and takes over from the account is told so", () => {
    const review = planned([applicationStep("live", {}, { name: "Live desk (test)", adopt: true })]);
    expect(review.blocks[0]?.applications[0]?.consequences.map(({ text }) => text)).toEqual([
      "the existing application of this name is taken over, with its id and its key",
    ]);
  });

  test("and replaces is told as replaced, and its new name as a change that is held against the rules", () => {
    const [step] = [update("support", support, { name: "Support IVR (production)" })];
    const review = planned([{ ...step, op: "replace" } as PreviewStep], { capabilities: "documented" });
    expect(broken(review).map(([, rule]) => rule)).toEqual(["R3"]);
    expect(rest(review)).toEqual(["replace application Support IVR (test)"]);
    expect([review.planned?.changes[0]?.changes, review.blocks[0]?.applications[0]?.consequences]).toEqual([[], []]);
  });

  test("and sends to a plain address breaks R6, also before it was ever deployed", () => {
    const { applications } = ordinary;
    const stack = { ...ordinary, applications: new Map([...applications].filter(([key]) => key !== "sales")) };
    const made = (host: string) =>
      planned([applicationStep("sales", {}, madeAs(sales, { answerUrl: `${host}/answer/sales` }))], {
        deployed: stack,
      });
    expect(broken(made("http://10.0.0.7"))).toEqual([
      [
        "This change",
        "R6",
        "broken",
        expect.stringMatching(/^the answer_url of Sales menu \(test\) is http:\/\/host-/),
      ],
    ]);
    expect([broken(made(functions)), applicationsIn(made(functions)).map(([title]) => title)]).toEqual([
      [],
      ["Already merged, not yet deployed"],
    ]);
  });

  test("and makes under another resource is the same application still", () => {
    const { urn, ...created } = applicationStep("desk", {}, madeAs(support));
    const review = planned([{ urn, ...created } as PreviewStep, applicationStep("support", support, undefined)]);
    expect(applicationsIn(review)).toEqual([]);
    expect(broken(review)).toEqual([]);
    expect(
      review.planned?.changes.map(({ op, consequences }) => [op, ...consequences.map(({ text }) => text)]),
    ).toEqual([["delete", expect.stringContaining("the application of this name stays")], ["create"]]);
  });
});

describe("what the program makes otherwise than the voice file says", () => {
  const renamed = { ...support, name: "Support IVR (production)" };
  const deployed = { ...ordinary, applications: new Map(Object.entries({ support: renamed, sales })) };

  test("is no change where it is deployed like that already", () => {
    const review = planned([], { deployed });
    expect([review.exitCode, review.blocks.length, applicationsIn(review), broken(review)]).toEqual([0, 1, [], []]);
    const rerouted = new Map(ordinary.routes).set("+15551240001", "reject");
    expect(planned([], { deployed: { ...ordinary, routes: rerouted } })).toMatchObject({
      exitCode: 0,
      blocks: [{ numbers: [] }],
    });
  });

  test("is what others merged where the change edits nothing that the program is made with", () => {
    const steps = [
      update("support", support, { name: renamed.name }),
      tableStep(routes, { ...routes, "+15551240002": "reject" }),
    ];
    const review = planned(steps, { program: [] });
    expect(applicationsIn(review).map(([title]) => title)).toEqual(["Already merged, not yet deployed"]);
    expect(broken(review).map(([title, rule]) => [title, rule])).toEqual([
      ["Already merged, not yet deployed", "R2"],
      ["Already merged, not yet deployed", "R3"],
    ]);
  });

  test("is this change where a setting differs", () => {
    const side = reading({ configuration: { "voice:publicBaseUrl": { plain: "https://voice.example.com" } } });
    const steps = [update("support", support, { answerUrl: "https://voice.example.com/answer/support" })];
    const engine = { preview: previewOf({ deployed: ordinary, steps }), notes: [] };
    const review = reviewed(reading(), side, { engine });
    expect(applicationsIn(review)).toEqual([
      ["This change", "changed", "support", expect.stringMatching(/^answerUrl: /)],
    ]);
  });

  test("does not hide an edit of the voice file that changes it", () => {
    const head = reading({ voice: edited(["Support IVR (test)", "Help desk (test)"]) });
    const was = { ...support, name: "Support IVR (test)!" };
    const stack = { ...ordinary, applications: new Map(Object.entries({ support: was, sales })) };
    const steps = [update("support", was, { name: "Help desk (test)!" })];
    const engine = { preview: previewOf({ deployed: stack, steps }), notes: [] };
    expect(applicationsIn(reviewed(reading(), head, { engine }))).toEqual([
      ["This change", "changed", "support", "name: Support IVR (test)! → Help desk (test)!"],
    ]);
  });
});

describe("applications and numbers that other code of the program makes", () => {
  const type = "pulumi-nodejs:dynamic/minivoice:DidRoute";
  const urn = (of: string, name: string) => `urn:pulumi:test::voice::${of}::${name}`;
  const hotline = { id: "app_hotline", name: "Hotline (test)", answerUrl: `${functions}/hotline` };
  const line = { number: "+15551240077", applicationId: hotline.id };
  const made: DeployedStack = {
    ...ordinary,
    otherCode: {
      applications: new Map([["hotline", hotline]]),
      routes: new Map([[line.number, hotline.id]]),
    },
  };
  const applicationUrn = urn("pulumi-nodejs:dynamic/minivoice:Application", "hotline");
  const step = (is: Record<string, unknown> | undefined): PreviewStep => ({
    ...applicationStep("hotline", hotline, is),
    urn: applicationUrn,
  });
  const routeStep = (was: object | undefined, is: object | undefined): PreviewStep => ({
    op: was ? (is ? "update" : "delete") : "create",
    urn: urn(type, "line"),
    ...(was && { oldState: { type, custom: true, inputs: { ...was }, outputs: { ...was } } }),
    ...(is && {
      newState: { type, custom: true, inputs: { ...is }, propertyDependencies: { applicationId: [applicationUrn] } },
    }),
  });

  test("are no change where nothing of them changes", () => {
    expect(planned([], { deployed: made })).toMatchObject({
      exitCode: 0,
      blocks: [{ applications: [], unchanged: { numbers: 5, applications: 3 } }],
    });
  });

  test("are held against the rules: a new one with its number, another name, one that is deleted", () => {
    const { answerUrl } = hotline;
    const added = planned([
      { op: "create", urn: applicationUrn, newState: applicationState({ name: "Hotline (production)", answerUrl }) },
      routeStep(undefined, { ...line, applicationId: unknownValue }),
    ]);
    expect(broken(added)).toEqual([
      ["This change", "R3", "broken", expect.stringMatching(/^\+15551240077: routed to Hotline \(production\)/)],
    ]);
    expect(rest(added)).toEqual([]);
    const renamed = planned([step({ name: "Hotline (production)", answerUrl })], { deployed: made });
    expect(broken(renamed).map(([, rule]) => rule)).toEqual(["R3"]);
    expect(rest(renamed)).toEqual([]);
    const plain = planned([step({ name: hotline.name, answerUrl: "http://hush.example.com/" })], { deployed: made });
    expect(broken(plain)).toEqual([["This change", "R6", "broken", expect.stringContaining("is http://host-")]]);
    const deleted = planned([step(undefined), routeStep(line, undefined)], { deployed: made });
    expect(broken(deleted).map(([title, rule]) => [title, rule])).toEqual([["This change", "R2"]]);
    expect(applicationsIn(deleted).map(([title, kind, key]) => [title, kind, key])).toEqual([
      ["This change", "removed", "hotline"],
    ]);
    expect(rest(deleted)).toEqual([]);
  });

  test("are the same ones when the voice file takes them over", () => {
    const inFile: [string, string][] = [
      ["routes:", `  hotline: { name: Hotline (test), answerUrl: "${hotline.answerUrl}" }\nroutes:`],
      ['"+15551240009": reject', `"+15551240009": reject\n  "${line.number}": hotline`],
    ];
    const { id: _, ...is } = hotline;
    const table = tableStep(routes, { ...routes, [line.number]: unknownValue });
    const steps = [applicationStep("hotline", {}, is), step(undefined), routeStep(line, undefined), table];
    const engine = { preview: previewOf({ deployed: made, steps }), notes: [] };
    const head = reading({ voice: edited(...inFile) });
    expect(reviewed(head, head, { engine }).blocks).toMatchObject([{ applications: [], numbers: [] }]);
  });

  test("leave a number as it is where its route says so, and that is no change for callers", () => {
    const kept = planned([routeStep({ ...line, onDelete: "leave" }, undefined)], { deployed: made });
    expect([kept.blocks[0]?.numbers, rest(kept)]).toEqual([[], ["delete resource line"]]);
  });
});
