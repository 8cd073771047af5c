import { describe, expect, test } from "@jest/globals";
import type { Did } from "pulumi-minivoice/api";
import { compare } from "../../src/drift/compare.ts";
import { declaredBy } from "../../src/drift/declared.ts";
import { narrow } from "../../src/drift/narrow.ts";
import type { Declared, Reading } from "../../src/drift/pictures.ts";
import { recordedIn } from "../../src/drift/recorded.ts";
import { StateUnreadable } from "../../src/stack-state/exported-state.ts";
import { didOf } from "./pictures.ts";

const environment = "urn:pulumi:test::voice::voice:index:VoiceEnvironment";
const minivoice = "pulumi-nodejs:dynamic/minivoice";
const resource = (kind: string, name: string, id: string, outputs: object, parent = `${environment}$`) => ({
  urn: `${parent}${minivoice}:${kind}::${name}`,
  type: `${minivoice}:${kind}`,
  id,
  outputs,
});
const own = "urn:pulumi:test::voice::";
const outputs = {
  revision: "0123abc",
  applications: { support: { name: "Support", answerUrl: "https://fn.example.com/answer/support" } },
};
const stateWith = (...resources: object[]) => ({
  version: 3,
  deployment: {
    resources: [
      { urn: `${own}pulumi:pulumi:Stack::voice-test`, type: "pulumi:pulumi:Stack", outputs: { environment: outputs } },
      {
        urn: `${environment}::voice`,
        type: "voice:index:VoiceEnvironment",
        outputs: { answerUrl: "https://fn.example.com/", webhookUrl: "https://fn.example.com/hooks" },
      },
      ...resources,
    ],
  },
});
const support = resource("Application", "support", "app_1", {
  name: "Support",
  customerId: "cust_1",
  answerUrl: "https://fn.example.com/answer/support",
  webhookUrl: "https://fn.example.com/hooks",
});
const table = (routes: Record<string, string>, written?: Record<string, string[]>) =>
  resource("DidRouteTable", "numbers", "did-routes:numbers", { routes, ...(written && { written }) });

describe("the state of a stack", () => {
  test("holds applications, numbers, and where its functions are", () => {
    const recorded = recordedIn(stateWith(support, table({ "+15551230001": "app_1", "+15551230002": "reject" })));
    expect(recorded.applications.get("support")).toEqual({
      id: "app_1",
      urn: `${environment}$${minivoice}:Application::support`,
      fromVoiceFile: true,
      customerId: "cust_1",
      name: "Support",
      answerUrl: "https://fn.example.com/answer/support",
      webhookUrl: "https://fn.example.com/hooks",
      declaredThen: { name: "Support", answerUrl: "https://fn.example.com/answer/support" },
    });
    expect([...recorded.routes].map(([number, { entry }]) => [number, entry])).toEqual([
      ["+15551230001", "app_1"],
      ["+15551230002", "reject"],
    ]);
    expect(recorded).toMatchObject({
      endpoints: { answerUrl: "https://fn.example.com/", webhookUrl: "https://fn.example.com/hooks" },
      revision: "0123abc",
      pendingOperations: 0,
    });
  });

  test("remembers what was written, where a refresh has taken somebody's change into it", () => {
    const routes = { "+15551230001": "app_9", "+15551230002": "app_9", "+15551230003": "reject" };
    const written = { "+15551230001": ["app_1"], "+15551230002": [], "+15551230003": ["app_1"] };
    const recorded = recordedIn(stateWith(support, table(routes, written)));
    expect([...recorded.routes.values()].map(({ entry }) => entry)).toEqual(["app_1", "reject", "app_1"]);
  });

  test("remembers which fields of an application a refresh found otherwise, and what the program said last", () => {
    const moved = resource("Application", "support", "app_1", { name: "Helpdesk", changedOutside: ["name"] });
    const said = {
      ...outputs,
      routes: { "+15551230001": "support", "+15551230002": "reject", "+15551230003": "gone" },
    };
    const state = stateWith(
      moved,
      table({ "+15551230001": "app_1", "+15551230002": "app_1", "+15551230003": "reject" }),
    );
    Object.assign(state.deployment.resources[0] ?? {}, { outputs: { environment: said } });
    const recorded = recordedIn(state);
    expect(recorded.applications.get("support")).toMatchObject({ name: "Helpdesk", changedOutside: ["name"] });
    expect([...recorded.routes.values()].map(({ declaredThen }) => declaredThen)).toEqual([
      "app_1",
      "reject",
      undefined,
    ]);
  });

  test("tells by the last up of an application that a refresh has taken out of it, and what would make it anew", () => {
    const said = { applications: { support: { name: "Support", applicationId: "app_1" }, unborn: { name: "Unborn" } } };
    const state = stateWith();
    Object.assign(state.deployment.resources[0] ?? {}, { outputs: { environment: said } });
    expect([...recordedIn(state).gone]).toEqual([
      ["support", { id: "app_1", name: "Support", urn: `${environment}$${minivoice}:Application::support` }],
    ]);
  });

  test("tells by the last up of a number that a refresh has taken out of it: missing, where the code cannot be read", () => {
    const state = stateWith(support, table({ "+15551230001": "app_1" }));
    const said = {
      ...outputs,
      routes: { "+15551230001": "support", "+15551230002": "support", "+15551230003": "reject" },
    };
    Object.assign(state.deployment.resources[0] ?? {}, { outputs: { environment: said } });
    const recorded = recordedIn(state);
    const found = didOf("+15551230003", "reject");
    const live = {
      applications: { unknown: "503" },
      showsAllApplications: true,
      numbers: new Map<string, Reading<Did>>([
        ["+15551230001", { unknown: "503" }],
        ["+15551230002", { absent: true }],
        ["+15551230003", { found }],
      ]),
      all: [found],
    };
    const { objects } = compare(undefined, recorded, live, { stack: "test", checkedAt: new Date(0) });
    const numbers = objects.filter(({ kind }) => kind === "number");
    expect(numbers.map(({ key, status }) => [key, status])).toEqual([
      ["+15551230002", "missing"],
      ["+15551230001", "unknown"],
      ["+15551230003", "undeployed"],
    ]);
  });

  test("may hold numbers one at a time, and resources that are being replaced", () => {
    const route = (name: string, fields: object) => resource("DidRoute", name, `did_${name}`, fields, own);
    const recorded = recordedIn(
      stateWith(
        { ...support, delete: true, id: "app_0" },
        support,
        route("a", { number: "+15551230001", applicationId: "app_1" }),
        route("b", { number: "+15551230002", mode: "reject" }),
        route("c", { number: "+15551230003", mode: "reject", applicationId: "app_1" }),
        route("d", { number: "+15551230004" }),
        route("e", { number: "+15551230005", applicationId: "app_9", written: ["app_1"] }),
      ),
    );
    expect(recorded.applications.get("support")?.id).toBe("app_1");
    expect([...recorded.routes.values()].map(({ entry, fromVoiceFile }) => [entry, fromVoiceFile])).toEqual([
      ["app_1", false],
      ["reject", false],
      ["reject, still carrying app_1", false],
      ["unassigned", false],
      ["app_1", false],
    ]);
  });

  test("keeps a secret URL to itself, and says that it is not compared", () => {
    const answerUrl = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:hush" };
    const recorded = recordedIn(stateWith(resource("Application", "support", "app_1", { name: "Support", answerUrl })));
    expect(recorded.applications.get("support")?.hidden).toEqual(["answerUrl"]);
    expect(JSON.stringify([...recorded.applications])).not.toContain("hush");
  });

  test.each([undefined, "", {}, { deployment: "none" }])("that is %j is none", (exported) => {
    expect(() => recordedIn(exported)).toThrow(StateUnreadable);
  });

  test("that was never deployed holds nothing", () => {
    expect(recordedIn({ version: 3, deployment: {} }).applications.size).toBe(0);
  });
});

describe("the voice file declares", () => {
  const recorded = recordedIn(
    stateWith(
      support,
      table({ "+15551230001": "app_1" }),
      resource("DidRoute", "hotline", "did_9", { number: "+15551230009", applicationId: "app_1" }, own),
    ),
  );
  const voice = {
    applications: {
      support: { name: "Helpdesk", flow: "menu" },
      billing: { name: "Billing", answerUrl: "https://billing.example.com/" },
    },
    routes: { "+15551230001": "support", "+15551230002": "billing", "+15551230003": "reject" },
  };
  const declared = declaredBy(voice, recorded);

  test("names and routes, with ids and addresses from the state", () => {
    expect(declared.applications.get("support")).toEqual({
      name: "Helpdesk",
      answerUrl: "https://fn.example.com/answer/support",
      webhookUrl: "https://fn.example.com/hooks",
    });
    expect(declared.routes.get("+15551230001")).toBe("app_1");
    expect(declared.routes.get("+15551230002")).toContain("billing (not created yet)");
    expect(declared.routes.get("+15551230003")).toBe("reject");
  });

  test("nothing of what other code of the program declares: that counts as it was deployed", () => {
    expect(declared.routes.get("+15551230009")).toBe("app_1");
  });

  test("and a part of it can be looked at: numbers, and applications with what routes to them", () => {
    const part = narrow(declared, recorded, ["support"]);
    expect([...(part.declared?.routes.keys() ?? [])].sort()).toEqual(["+15551230001", "+15551230009"]);
    expect([...part.recorded.applications.keys()]).toEqual(["support"]);
    expect(() => narrow(declared, recorded, ["+15551239999"])).toThrow("--only +15551239999: neither the code nor");
  });

  test("so that a field of other code that a refresh found changed is drift, never in sync", () => {
    const fields = { name: "X", answerUrl: "https://any.example.com/", changedOutside: ["answer_url"] };
    const state = recordedIn(stateWith(resource("Application", "x", "app_1", fields, own)));
    const live = {
      applications: new Map([["app_1", { found: { id: "app_1", name: "X", answer_url: "https://any.example.com/" } }]]),
      showsAllApplications: true,
      numbers: new Map(),
      all: [],
    };
    for (const code of [declaredBy({ applications: {}, routes: {} }, state), undefined]) {
      const report = compare(code, state, live, { stack: "test", checkedAt: new Date(0) });
      expect(report.objects[0]).toMatchObject({ key: "x", status: "drifted" });
      expect(report.objects[0]?.fields.map(({ status }) => status)).toEqual(["inSync", "drifted", "inSync"]);
    }
  });

  test("so that a number of other code whose mode a refresh found changed is not in sync", () => {
    const fields = { number: "+15551230001", applicationId: "app_1", mode: "reject" };
    const state = recordedIn(stateWith(support, resource("DidRoute", "a", "did_1", fields, own)));
    const live = {
      applications: { unknown: "503" },
      showsAllApplications: true,
      numbers: new Map([["+15551230001", { found: { ...didOf("+15551230001", "reject"), application_id: "app_1" } }]]),
      all: [],
    };
    for (const code of [declaredBy({ applications: {}, routes: {} }, state), undefined]) {
      const report = compare(code, state, live, { stack: "test", checkedAt: new Date(0) });
      expect(report.objects.find(({ kind }) => kind === "number")).toMatchObject({ status: "undeployed" });
    }
  });

  test("so that what an up left unfinished is not in sync where only the state tells of it", () => {
    const fields = { number: "+15551230001", applicationId: "app_1" };
    const pending = { ...resource("DidRoute", "hotline", "did_1", fields, own), initErrors: ["pending: by hand"] };
    const waiting = { ...table({ "+15551230002": "app_1" }), initErrors: ["pending: by hand"] };
    const state = recordedIn(stateWith(support, pending, waiting));
    const left = (code: Declared | undefined, only: string[] = []) => {
      const sides = narrow(code, state, only);
      const live = { applications: new Map(), showsAllApplications: true, numbers: new Map(), all: [] };
      return compare(sides.declared, sides.recorded, live, { stack: "test", checkedAt: new Date(0) }).incomplete;
    };
    const unfinished = (name: string) => `the last up left ${name} unfinished, so what it was to be is not known`;
    expect(left(declaredBy(voice, state))).toEqual([unfinished("hotline")]);
    expect(left(undefined)).toEqual([unfinished("hotline"), unfinished("numbers")]);
    expect(left(undefined, ["+15551230002"])).toEqual([unfinished("numbers")]);
  });

  test("so that a secret field of other code is unknown, never in sync", () => {
    const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:hush" };
    const state = recordedIn(stateWith(resource("Application", "x", "app_1", { name: "X", answerUrl: secret }, own)));
    const live = {
      applications: new Map([["app_1", { found: { id: "app_1", name: "X", answer_url: "https://any.example.com/" } }]]),
      showsAllApplications: true,
      numbers: new Map(),
      all: [didOf("+15551230001", "reject")],
    };
    const report = compare(declaredBy({ applications: {}, routes: {} }, state), state, live, {
      stack: "test",
      checkedAt: new Date(0),
    });
    expect(report.objects[0]).toMatchObject({ key: "x", status: "unknown", why: expect.stringContaining("secret") });
  });
});
