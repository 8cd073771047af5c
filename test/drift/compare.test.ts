import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { compare } from "../../src/drift/compare.ts";
import type { ApplicationFields } from "../../src/drift/pictures.ts";
import { type DriftReport, exitCodeOf } from "../../src/drift/report.ts";
import { CHANGED_AT, declaredOf, idOf, liveOf, type Model, recordedOf } from "./pictures.ts";

const about = { stack: "test", checkedAt: new Date("2026-11-23T12:00:00Z") };
const application = (name: string): ApplicationFields => ({
  name,
  answerUrl: `https://voice.example.com/answer/${name}`,
  webhookUrl: "https://voice.example.com/webhook",
});
const deployed: Model = {
  applications: { support: application("Support"), sales: application("Sales") },
  routes: { "+15551230001": "support", "+15551230002": "sales", "+15551230009": "reject" },
};

/** The model with some of it replaced; `undefined` takes an entry away. */
function changed(
  { applications, routes }: Model,
  change: { applications?: Record<string, ApplicationFields | undefined>; routes?: Record<string, string | undefined> },
): Model {
  const present = <Value>(record: Record<string, Value | undefined>) =>
    Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as Record<string, Value>;
  return {
    applications: present({ ...applications, ...change.applications }),
    routes: present({ ...routes, ...change.routes }),
  };
}

const check = (
  code: Model | undefined,
  state: Model,
  live: Model,
  {
    unreadable = [] as string[],
    program = state as Model | undefined,
    changedOutside = {} as Record<string, string[]>,
    seen = {} as Record<string, string>,
  } = {},
) =>
  compare(
    code && declaredOf(code),
    recordedOf(state, program, changedOutside, seen),
    liveOf(live, [...Object.keys(code?.routes ?? {}), ...Object.keys(state.routes)], unreadable),
    about,
  );

/** What is not in sync, one line each. */
const findings = ({ objects }: DriftReport): string[] =>
  objects
    .filter(({ status }) => status !== "inSync")
    .map(({ key, status, fields, why }) => {
      const differing = fields.filter((field) => field.status && field.status !== "inSync");
      const shown = differing.map(
        ({ field, declared, live }) => `${field} ${declared?.text ?? "nothing"} → ${live?.text ?? "nothing"}`,
      );
      return [key, status, ...shown, ...(why ? [`(${why})`] : [])].join(" ");
    });

describe("an account that nobody touched", () => {
  const report = check(deployed, deployed, deployed);

  test("is in sync, object by object", () => {
    expect(findings(report)).toEqual([]);
    expect(report.totals).toMatchObject({ inSync: 5, drifted: 0, missing: 0, unknown: 0, undeployed: 0 });
    expect(exitCodeOf(report)).toBe(0);
  });

  test("shows for each field what the code, the state and the account say", () => {
    const number = report.objects.find(({ key }) => key === "+15551230001");
    const support = { text: "Support", id: idOf("support") };
    expect(number?.fields).toEqual([
      { field: "route", status: "inSync", declared: support, recorded: support, live: support },
    ]);
  });

  test("is all covered", () => {
    expect(report.coverage).toEqual({ managed: 3, all: 3 });
  });
});

describe("what somebody changed in the account", () => {
  test.each([
    ["another application of the stack", "sales", "Support → Sales"],
    ["out of service", "reject", "Support → reject"],
    ["nobody", "unassigned", "Support → unassigned"],
    [
      "out of service, with an application that it still carries",
      "reject, still carrying support",
      "Support → reject, still carrying Support",
    ],
    ["an application of somebody else", "foreign", "Support → Foreign"],
  ])("is a number that goes to %s", (_, to, shown) => {
    const live = changed(deployed, {
      routes: { "+15551230001": to },
      applications: { foreign: application("Foreign") },
    });
    const report = check(deployed, deployed, live);
    expect(findings(report)[0]).toBe(`+15551230001 drifted route ${shown}`);
    expect(report.objects[0]?.changedAt).toBe(CHANGED_AT);
    expect(exitCodeOf(report)).toBe(2);
  });

  test("is a field of an application, with the others beside it as they were", () => {
    const support = { ...application("Support"), webhookUrl: "https://elsewhere.example.com/?token=hush" };
    const report = check(deployed, deployed, changed(deployed, { applications: { support } }));
    expect(findings(report)).toEqual([
      "support drifted webhook_url https://voice.example.com/webhook → https://elsewhere.example.com/?…",
    ]);
    expect(JSON.stringify(report)).not.toContain("hush");
  });

  test("shows of an answer URL which host is another, and not which: whoever knows it can ask for answers", () => {
    const support = { ...application("Support"), answerUrl: "https://elsewhere.example.com/answer?token=hush" };
    const report = check(deployed, deployed, changed(deployed, { applications: { support } }));
    expect(findings(report)).toEqual([
      expect.stringMatching(
        /^support drifted answer_url host-[0-9a-f]{8}\/answer\/Support → host-[0-9a-f]{8}\/answer$/,
      ),
    ]);
    expect(JSON.stringify(report)).not.toMatch(/elsewhere|hush|voice\.example\.com\/answer/);
  });

  test("is said even where what differs is not shown", () => {
    const at = (token: string) =>
      changed(deployed, {
        applications: { sales: { ...application("Sales"), answerUrl: `https://a.example.com/?t=${token}` } },
      });
    const report = check(at("one"), at("one"), at("two"));
    expect(report.objects[0]).toMatchObject({ key: "sales", status: "drifted", fields: [{}, { hidden: true }, {}] });
  });

  test("is an application or a number that is gone", () => {
    const live = changed(deployed, { applications: { sales: undefined }, routes: { "+15551230002": undefined } });
    const report = check(deployed, deployed, live);
    expect(findings(report)).toEqual(["sales missing", "+15551230002 missing"]);
    expect(report.objects[1]?.fields).toEqual([
      {
        field: "route",
        declared: { text: "Sales", id: idOf("sales") },
        recorded: { text: "Sales", id: idOf("sales") },
      },
    ]);
    expect(exitCodeOf(report)).toBe(2);
  });

  describe("and that a refresh has taken into the state", () => {
    const support = { ...application("Support"), name: "Helpdesk" };
    const live = changed(deployed, { applications: { support } });
    const changedOutside = { support: ["name"] };

    test("stays drift", () => {
      const report = check(deployed, live, live, { program: deployed, changedOutside });
      expect(findings(report)).toEqual(["support drifted name Support → Helpdesk"]);
    });

    test("stays drift where the code has moved on, too", () => {
      const code = changed(deployed, { applications: { support: { ...support, name: "Service" } } });
      const report = check(code, live, live, { program: deployed, changedOutside });
      expect(findings(report)).toEqual(["support drifted name Service → Helpdesk"]);
    });

    test("is found without the code", () => {
      const report = check(undefined, live, live, { program: deployed, changedOutside });
      expect(report.objects[0]).toMatchObject({ key: "support", status: "drifted" });
      expect(report.objects[0]?.fields[0]).toMatchObject({
        recorded: { text: "Support" },
        live: { text: "Helpdesk" },
      });
    });

    test("is found where nobody knows any more what was there, and says so", () => {
      const report = compare(undefined, recordedOf(live, undefined, changedOutside), liveOf(live, []), about);
      const [found] = report.objects;
      expect(found).toMatchObject({ key: "support", status: "drifted" });
      expect(found?.fields[0]).toEqual({ field: "name", status: "drifted", live: { text: "Helpdesk" } });
    });

    test("is no drift once the code has taken it over and moved on: nobody had to write it", () => {
      const code = changed(live, { applications: { support: { ...support, name: "Service" } } });
      expect(findings(check(code, live, live, { program: live, changedOutside }))).toEqual([
        "support undeployed name Service → Helpdesk",
      ]);
      const moved = changed(deployed, { routes: { "+15551230002": "support" } });
      const later = changed(deployed, { routes: { "+15551230002": "reject" } });
      const seen = { "+15551230002": "support" };
      expect(findings(check(later, deployed, moved, { program: moved, seen }))).toEqual([
        "+15551230002 undeployed route reject → Support",
      ]);
    });
  });
});

describe("what only the code has changed", () => {
  test("waits for the next up, and is no drift", () => {
    const code = changed(deployed, {
      applications: { support: { ...application("Support"), name: "Helpdesk" } },
      routes: { "+15551230002": "support", "+15551230009": undefined, "+15551230001": undefined },
    });
    const report = check(code, deployed, deployed);
    expect(findings(report)).toEqual([
      "support undeployed name Helpdesk → Support",
      "+15551230001 undeployed route nothing → Support (it left the code)",
      "+15551230002 undeployed route Support → Sales",
    ]);
    expect(exitCodeOf(report)).toBe(2);
  });

  test("is no drift either after an up of a part, whose program said it already", () => {
    const code = changed(deployed, { applications: { support: { ...application("Support"), name: "Helpdesk" } } });
    expect(findings(check(code, deployed, deployed, { program: code }))).toEqual([
      "support undeployed name Helpdesk → Support",
    ]);
    const live = changed(deployed, { applications: { support: { ...application("Support"), name: "By hand" } } });
    expect(findings(check(code, deployed, live, { program: code }))).toEqual([
      "support drifted name Helpdesk → By hand",
    ]);
  });

  test("is drift where somebody has put back what the program said before an up that failed halfway", () => {
    const before = changed(deployed, {
      applications: { support: { ...application("Support"), name: "Helpdesk" } },
      routes: { "+15551230002": "support" },
    });
    expect(findings(check(deployed, deployed, before, { program: before }))).toEqual([
      "support drifted name Support → Helpdesk",
      "+15551230002 drifted route Sales → Helpdesk",
    ]);
  });

  test("is drift, too, where somebody has changed the same thing in the account", () => {
    const code = changed(deployed, { routes: { "+15551230002": "support" } });
    const live = changed(deployed, { routes: { "+15551230002": "reject" } });
    expect(findings(check(code, deployed, live))).toEqual(["+15551230002 drifted route Support → reject"]);
  });

  test("is in sync where somebody has made the same change by hand", () => {
    const code = changed(deployed, { routes: { "+15551230002": "support" } });
    expect(findings(check(code, deployed, code))).toEqual([]);
  });

  test("and was never deployed is no missing object", () => {
    const code = changed(deployed, {
      applications: { park: application("Parking") },
      routes: { "+15551230007": "park", "+15551230008": "support" },
    });
    const live = changed(deployed, { routes: { "+15551230007": "unassigned" } });
    expect(findings(check(code, deployed, live))).toEqual([
      "park undeployed (it was not deployed yet)",
      `+15551230007 undeployed route ${idOf("park")} → unassigned (it was not deployed yet)`,
      "+15551230008 undeployed (the account has no such number)",
    ]);
  });
});

test("without the code, live is held against the state", () => {
  const report = check(undefined, deployed, changed(deployed, { routes: { "+15551230001": "sales" } }));
  expect(report.comparedWith).toBe("state");
  expect(report.objects[0]).toMatchObject({ key: "+15551230001", status: "drifted" });
  expect(report.objects[0]?.fields[0]).not.toHaveProperty("declared");
});

describe("what could not be read", () => {
  test("is unknown, hides nothing else, and counts as worse than drift", () => {
    const live = changed(deployed, { routes: { "+15551230002": "support" } });
    const report = check(deployed, deployed, live, { unreadable: ["+15551230001"] });
    expect(findings(report)).toEqual([
      "+15551230002 drifted route Sales → Support",
      "+15551230001 unknown (it timed out)",
    ]);
    expect(exitCodeOf(report)).toBe(3);
  });

  test("may be an application that a refresh took out of the state: whether it is gone is not known then", () => {
    const gone = new Map([["support", { id: idOf("support"), name: "Support" }]]);
    const { applications, routes } = recordedOf(changed(deployed, { applications: { support: undefined } }));
    const live = { ...liveOf(deployed, Object.keys(deployed.routes)), applications: { unknown: "503" } };
    for (const code of [declaredOf(deployed), undefined])
      expect(findings(compare(code, { applications, routes, gone }, live, about))).toContain("support unknown (503)");
  });

  test("may be every application, while the numbers are told all the same", () => {
    const numbers = Object.keys(deployed.routes);
    const live = { ...liveOf(deployed, numbers), applications: { unknown: "503" } };
    const report = compare(declaredOf(deployed), recordedOf(deployed), live, about);
    expect(report.totals).toMatchObject({ unknown: 2, inSync: 3 });
  });

  test("may be the list of all numbers: then nobody says that all is well", () => {
    const live = { ...liveOf(deployed, Object.keys(deployed.routes)), all: { unknown: "503", expected: false } };
    const report = compare(declaredOf(deployed), recordedOf(deployed), live, about);
    expect(exitCodeOf(report)).toBe(3);
    expect(report.coverage).toEqual({ managed: 3, why: "503" });
  });

  test("is what an API key does not show: absence from its list proves nothing then", () => {
    const live = {
      ...liveOf(deployed, Object.keys(deployed.routes)),
      showsAllApplications: false,
      applications: new Map(),
    };
    const report = compare(declaredOf(deployed), recordedOf(deployed), live, about);
    expect(report.totals).toMatchObject({ unknown: 2, missing: 0 });
  });
});

describe("what no stack of the project holds", () => {
  const live = changed(deployed, {
    applications: { foreign: application("Foreign"), other: application("Support (production)") },
    routes: { "+15559990001": "support", "+15559990002": "foreign", "+15559990003": "reject" },
  });
  const listed = liveOf(live, Object.keys(deployed.routes));

  test("is listed with where it goes, and changes no exit code", () => {
    const elsewhere = { numbers: new Set(["+15559990003"]), applicationNames: new Set(["Support (production)"]) };
    const report = compare(declaredOf(deployed), recordedOf(deployed), listed, { ...about, elsewhere });
    expect(report.objects.filter(({ status }) => status === "unmanaged")).toEqual([
      expect.objectContaining({ kind: "application", name: "Foreign", id: idOf("foreign") }),
      expect.objectContaining({
        key: "+15559990001",
        fields: [{ field: "route", live: { text: "Support", id: idOf("support") } }],
      }),
      expect.objectContaining({ key: "+15559990002" }),
    ]);
    expect(exitCodeOf(report)).toBe(0);
    expect(report.coverage).toEqual({ managed: 3, all: 6 });
  });

  test("is counted apart where that is on purpose", () => {
    const ignored = {
      number: (number: string) => (number.endsWith("1") ? { reason: "fax", expires: "2027-01-31" } : undefined),
      application: () => undefined,
    };
    const report = compare(declaredOf(deployed), recordedOf(deployed), listed, { ...about, ignored });
    expect(report.totals).toMatchObject({ ignored: 1, unmanaged: 4 });
    expect(report.objects.at(-1)).toMatchObject({ key: "+15559990001", ignored: { reason: "fax" } });
  });

  test("is not what the code is about to adopt", () => {
    const code = changed(deployed, { applications: { adopted: application("Foreign") } });
    const report = compare(declaredOf(code), recordedOf(deployed), listed, about);
    expect(report.objects.filter(({ name }) => name === "Foreign")).toEqual([
      expect.objectContaining({ key: "adopted", status: "undeployed" }),
    ]);
  });
});

describe("any change of any objects", () => {
  const keys = ["a", "b", "c", "d"];
  const numbers = Array.from({ length: 12 }, (_, index) => `+155512300${String(index).padStart(2, "0")}`);
  const url = fc.constantFrom(
    undefined,
    "https://one.example.com/",
    "https://two.example.com/",
    "https://one.example.com/?q=1",
  );
  const fields = fc.record({ name: fc.constantFrom("One", "Two", "Three"), answerUrl: url, webhookUrl: url });
  const applications = fc.dictionary(fc.constantFrom(...keys), fields, { noNullPrototype: true });
  const model = applications.chain((declared) =>
    fc.record({
      applications: fc.constant(declared),
      routes: fc.dictionary(fc.constantFrom(...numbers), fc.constantFrom("reject", ...Object.keys(declared)), {
        noNullPrototype: true,
      }),
    }),
  );
  const edits = fc.record({
    applications: fc.dictionary(fc.constantFrom(...keys), fc.oneof(fields, fc.constant(undefined)), {
      noNullPrototype: true,
    }),
    routes: fc.dictionary(
      fc.constantFrom(...numbers),
      fc.constantFrom(undefined, "reject", "unassigned", "reject, still carrying a", ...keys, "stranger"),
      { noNullPrototype: true },
    ),
    unreadable: fc.uniqueArray(fc.constantFrom(...numbers, ...keys), { maxLength: 3 }),
  });

  test("is reported exactly, no more and no less", () => {
    fc.assert(
      fc.property(model, edits, (before, { unreadable, ...edit }) => {
        const live = changed(before, edit);
        const report = check(before, before, live, { unreadable });
        const expected = new Map<string, string>();
        for (const key of Object.keys(before.applications))
          expected.set(
            key,
            verdict(
              before.applications[key],
              live.applications[key],
              unreadable.includes(key) && key in live.applications,
            ),
          );
        for (const number of Object.keys(before.routes))
          expected.set(number, verdict(before.routes[number], live.routes[number], unreadable.includes(number)));
        const managed = report.objects.filter(({ status }) => status !== "unmanaged");
        expect(Object.fromEntries(managed.map(({ key, status }) => [key, status]))).toEqual(
          Object.fromEntries(expected),
        );

        for (const { key, kind, fields: shown } of managed) {
          if (expected.get(key) !== "drifted" || kind !== "application") continue;
          const [was, is] = [before.applications[key], live.applications[key]];
          const names = { name: "name", answer_url: "answerUrl", webhook_url: "webhookUrl" } as const;
          const differing = Object.entries(names).filter(([, field]) => was?.[field] !== is?.[field]);
          expect(shown.filter(({ status }) => status === "drifted").map(({ field }) => field)).toEqual(
            differing.map(([field]) => field),
          );
        }
        const strangers = [...Object.keys(live.applications), ...Object.keys(live.routes)].filter(
          (key) => !expected.has(key),
        );
        const listed = report.objects
          .filter(({ status }) => status === "unmanaged")
          .map(({ key }) => key.replace(/^app_/, ""));
        expect(listed.sort()).toEqual(
          strangers.filter((key) => !unreadable.includes(key) || key in live.routes).sort(),
        );
        expect(JSON.parse(JSON.stringify(report))).toEqual(report);
      }),
      { numRuns: 500 },
    );
  });

  const verdict = (was: unknown, is: unknown, isUnreadable: boolean): string => {
    if (isUnreadable) return "unknown";
    if (is === undefined) return "missing";
    return JSON.stringify(was) === JSON.stringify(is) ? "inSync" : "drifted";
  };

  test("and of the code beside it never gives a false all-clear", () => {
    fc.assert(
      fc.property(model, edits, edits, edits, (first, codeEdit, stateEdit, liveEdit) => {
        const [code, state] = [changed(first, codeEdit), changed(first, stateEdit)];
        const live = changed(first, liveEdit);
        const report = check(code, state, live, { program: first });
        for (const { key, status } of report.objects) {
          if (status !== "inSync") continue;
          const is = live.routes[key] ?? live.applications[key];
          const wanted = code.routes[key] ?? code.applications[key];
          if (wanted !== undefined) expect(is).toEqual(wanted);
          // It left the code: nothing that this stack wrote is live any more.
          else if (is !== undefined && is !== "reject") expect(is).not.toEqual(state.routes[key]);
        }
        const all = new Set(
          [code, state].flatMap(({ applications: some, routes }) => [...Object.keys(some), ...Object.keys(routes)]),
        );
        const managed = report.objects.filter(({ status }) => status !== "unmanaged");
        expect(managed.map(({ key }) => key).sort()).toEqual([...all].sort());
      }),
      { numRuns: 500 },
    );
  });
});
