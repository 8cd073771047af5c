import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { stringify } from "yaml";
import { parseVoiceFile } from "../../infra/voice-file.ts";
import { accept } from "../../src/drift/accept.ts";
import { compare } from "../../src/drift/compare.ts";
import { declaredBy } from "../../src/drift/declared.ts";
import type { Elsewhere } from "../../src/drift/find-unmanaged.ts";
import type { RecordedStack } from "../../src/drift/recorded.ts";
import { VoiceText } from "../../src/drift/voice-text.ts";
import { liveOf, type Model, recordedOf } from "./pictures.ts";

const endpoints = { answerUrl: "https://fn.example.com/", webhookUrl: "https://fn.example.com/webhook" };
const parse = (text: string) => parseVoiceFile(text, { file: "Voice.test.yaml", flows: ["menu"] });

/** The state after an `up` of a model. */
function stackOf(model: Model): RecordedStack {
  const { applications, routes } = recordedOf(model, model);
  const holder = { urn: "urn:pulumi:test", fromVoiceFile: true };
  const held = <Value>(map: ReadonlyMap<string, Value>) =>
    new Map([...map].map(([key, value]) => [key, { ...value, ...holder }]));
  return {
    applications: held(applications),
    routes: held(routes),
    gone: new Map(),
    goneNumbers: new Set(),
    unfinished: new Map(),
    code: new Map(),
    endpoints,
    pendingOperations: 0,
  };
}

/** What the code of a voice file comes to once it is deployed. */
function deployed(text: string): Model {
  const { voice, problems } = parse(text);
  if (!voice) throw new Error(problems.map(({ message }) => message).join("\n"));
  const applications = Object.entries(voice.applications).map(([key, { name, flow, answerUrl, webhookUrl }]) => {
    const own = { answerUrl: `${endpoints.answerUrl}answer/${key}`, webhookUrl: endpoints.webhookUrl };
    return [key, { name, ...(flow ? own : { answerUrl, webhookUrl }) }];
  });
  return { applications: Object.fromEntries(applications), routes: voice.routes };
}

function acceptAll(text: string, edit: (model: Model) => void, elsewhere?: Elsewhere) {
  const before = deployed(text);
  const after = structuredClone(before);
  edit(after);
  const recorded = stackOf(before);
  const live = liveOf(after, Object.keys(before.routes));
  const check = (code: string) => {
    const { voice } = parse(code);
    if (!voice) throw new Error("the voice file is broken");
    const about = { stack: "test", checkedAt: new Date(0), ...(elsewhere && { elsewhere }) };
    return { voice, report: compare(declaredBy(voice, recorded), recorded, live, about) };
  };
  const acceptance = accept({ text, ...check(text), recorded, live, ...(elsewhere && { elsewhere }) });
  return { ...acceptance, report: check(acceptance.text).report };
}

const file = `# yaml-language-server: $schema=./voice.schema.json
applications:
  support: { name: Support IVR, flow: menu }   # the first line
  sales:   { name: "Sales", flow: menu }
  billing:                                     # answered elsewhere
    name: Billing
    answerUrl: https://billing.example.com/answer   # theirs

# The numbers, by building
routes:
  # north
  "+15551230001": support   # front desk
  '+15551230002':   sales

  # south
  "+15551230003": billing
  "+15551230009": reject`;

describe("what is live is taken over into the voice file", () => {
  test("number by number, and nothing else in the file moves", () => {
    const { text, changes, left, report } = acceptAll(file, ({ routes }) => {
      routes["+15551230001"] = "sales";
      routes["+15551230002"] = "reject";
      routes["+15551230009"] = "billing";
    });
    expect(text).toBe(
      file
        .replace('"+15551230001": support', '"+15551230001": sales')
        .replace("'+15551230002':   sales", "'+15551230002':   reject")
        .replace('"+15551230009": reject', '"+15551230009": billing'),
    );
    expect(changes).toContainEqual({ object: "+15551230001", field: "route", from: "support", to: "sales" });
    expect(left).toEqual([]);
    expect(report.totals).toMatchObject({ drifted: 0, undeployed: 0, missing: 0 });
  });

  test("and a number that went elsewhere, or is gone, leaves it with its line", () => {
    const { text, report } = acceptAll(file, ({ routes, applications }) => {
      applications.stranger = { name: "Somebody else's" };
      routes["+15551230001"] = "stranger";
      delete routes["+15551230009"];
    });
    expect(text).toBe(
      file.replace('  "+15551230001": support   # front desk\n', "").replace('  "+15551230009": reject', ""),
    );
    expect(report.totals).toMatchObject({ drifted: 0, undeployed: 0, missing: 0 });
  });

  test("and the last number leaves an empty map behind", () => {
    const text = 'applications:\n  a: { name: A, flow: menu }\nroutes: # none left\n  "+15551230001": a\n';
    const { text: edited } = acceptAll(text, ({ routes }) => {
      delete routes["+15551230001"];
    });
    expect(edited).toBe("applications:\n  a: { name: A, flow: menu }\nroutes: {} # none left\n");
  });

  test("and an application's name, whatever it is written like", () => {
    const { text, report } = acceptAll(file, ({ applications }) => {
      applications.support = { ...applications.support, name: "Support: 24/7, #1" };
      applications.sales = { ...applications.sales, name: 'Sales "new"' };
      applications.billing = { ...applications.billing, name: "Bill\nand\u2028co" };
    });
    expect(text).toContain('support: { name: "Support: 24/7, #1", flow: menu }   # the first line');
    expect(text).toContain('sales:   { name: "Sales \\"new\\"", flow: menu }');
    expect(report.totals).toMatchObject({ drifted: 0 });
  });

  test("and names that were swapped", () => {
    const { report, left } = acceptAll(file, ({ applications }) => {
      applications.support = { ...applications.support, name: "Sales" };
      applications.sales = { ...applications.sales, name: "Support IVR" };
    });
    expect(left).toEqual([]);
    expect(report.totals).toMatchObject({ drifted: 0 });
  });

  test("and the URLs of an application that is answered elsewhere", () => {
    const { text, report } = acceptAll(file, ({ applications }) => {
      applications.billing = {
        name: "Billing",
        answerUrl: "https://new.example.com/",
        webhookUrl: "https://new.example.com/hooks",
      };
    });
    expect(text).toContain(
      "    answerUrl: https://new.example.com/   # theirs\n    webhookUrl: https://new.example.com/hooks\n",
    );
    expect(report.totals).toMatchObject({ drifted: 0 });
  });
});

describe("what a voice file cannot say is named and left:", () => {
  const reasons = (edit: (model: Model) => void, elsewhere?: Elsewhere) => {
    const { text, left } = acceptAll(file, edit, elsewhere);
    expect(text).toBe(file);
    return left.map(({ object, why }) => `${object}: ${why}`);
  };

  test.each([
    ["a number without an application", "unassigned"],
    ["one that rejects and still carries one", "reject, still carrying sales"],
  ])("%s", (_, route) => {
    const [reason] = reasons(({ routes }) => {
      routes["+15551230001"] = route;
    });
    expect(reason).toMatch(/^\+15551230001: no voice file can say "(unassigned|reject, still carrying Sales)"/);
  });

  test("a deleted application", () => {
    const [reason] = reasons(({ applications }) => {
      delete applications.sales;
    });
    expect(reason).toBe("sales: it was deleted: put it back, or take it out of the file yourself");
  });

  test("the answer URL of an application with a flow, and one that may hold a secret", () => {
    const found = reasons(({ applications }) => {
      applications.sales = { ...applications.sales, name: "Sales", answerUrl: "https://elsewhere.example.com/" };
      applications.billing = { name: "Billing", answerUrl: "https://billing.example.com/answer?token=hush" };
    });
    expect(found.join("\n")).toContain("sales: answer_url: a flow of this stack answers it");
    expect(found.join("\n")).toContain("billing: answer_url: it holds a query");
    expect(found.join("\n")).not.toContain("hush");
  });

  test("a name that another application has, here or in another stack", () => {
    const rename = (name: string) => (model: Model) => {
      model.applications.support = { ...model.applications.support, name };
    };
    expect(reasons(rename("Billing"))[0]).toContain(
      'an application of this stack is called "Billing", too'.replace("an ", "another "),
    );
    const elsewhere = { numbers: new Set<string>(), applicationNames: new Set(["Support"]) };
    expect(reasons(rename("Support"), elsewhere)[0]).toContain("another stack");
  });
});

test("a file that is not what it was read as is left alone, and nothing is said to be accepted", () => {
  const before = deployed(file);
  const [recorded, { voice }] = [stackOf(before), parse(file)];
  const live = liveOf({ ...before, routes: { ...before.routes, "+15551230001": "sales" } }, Object.keys(before.routes));
  if (!voice) throw new Error("the voice file is broken");
  const report = compare(declaredBy(voice, recorded), recorded, live, { stack: "test", checkedAt: new Date(0) });
  const text = file.replace("sales\n", "billing\n");
  expect(() => accept({ text, voice, report, recorded, live })).toThrow("make the change by hand");
});

test("pairs between braces leave with their commas", () => {
  const text = '{ "a": 1, "b": 2, "c": 3, "d": 4 }';
  const without = (...keys: string[]) => {
    const edited = new VoiceText(text);
    for (const key of keys) edited.remove([key]);
    return edited.edited();
  };
  expect(without("a")).toBe('{ "b": 2, "c": 3, "d": 4 }');
  expect(without("b", "c")).toBe('{ "a": 1, "d": 4 }');
  expect(without("c", "d")).toBe('{ "a": 1, "b": 2 }');
  expect(without("a", "d")).toBe('{ "b": 2, "c": 3 }');
  expect(without("a", "b", "c", "d")).toBe("{}");
});

test("after any drift, what was accepted is in sync, and what was left is all that is not", () => {
  const keys = ["a", "b", "c"];
  const numbers = Array.from({ length: 8 }, (_, index) => `+1555123000${index}`);
  const name = fc.constantFrom("One", "Two", "Three: 3", "# four", "'five'", "{six}", "sev,en", "true", "12");
  const setup = fc.record({
    names: fc.uniqueArray(name, { minLength: keys.length, maxLength: keys.length }),
    elsewhere: fc.constantFrom(...keys),
    routes: fc.dictionary(fc.constantFrom(...numbers), fc.constantFrom("reject", ...keys), { noNullPrototype: true }),
    flowStyle: fc.boolean(),
  });
  const edits = fc.record({
    names: fc.dictionary(fc.constantFrom(...keys), name, { noNullPrototype: true }),
    urls: fc.dictionary(fc.constantFrom(...keys), fc.constantFrom("https://x.example.com/", undefined), {
      noNullPrototype: true,
    }),
    deleted: fc.option(fc.constantFrom(...keys), { freq: 5 }),
    routes: fc.dictionary(
      fc.constantFrom(...numbers),
      fc.constantFrom(undefined, "reject", "unassigned", "stranger", "reject, still carrying a", ...keys),
      { noNullPrototype: true },
    ),
  });
  fc.assert(
    fc.property(setup, edits, ({ names, elsewhere, routes, flowStyle }, edit) => {
      const applications = Object.fromEntries(
        keys.map((key, index) => [
          key,
          {
            name: names[index],
            ...(key === elsewhere ? { answerUrl: "https://theirs.example.com/" } : { flow: "menu" }),
          },
        ]),
      );
      const text = stringify(
        { applications, routes },
        { lineWidth: 0, collectionStyle: flowStyle ? "flow" : "any", defaultKeyType: "QUOTE_DOUBLE" },
      );
      const { report, left, changes } = acceptAll(text, (model) => {
        for (const [key, changed] of Object.entries(edit.names))
          Object.assign(model.applications[key] ?? {}, { name: changed });
        for (const [key, url] of Object.entries(edit.urls))
          Object.assign(model.applications[key] ?? {}, { webhookUrl: url });
        for (const [number, route] of Object.entries(edit.routes))
          if (route === undefined) delete model.routes[number];
          else if (number in model.routes) model.routes[number] = route;
        if (edit.deleted) delete model.applications[edit.deleted];
      });
      const open = report.objects.filter(({ status }) => status !== "inSync" && status !== "unmanaged");
      expect(open.map(({ key }) => key).sort()).toEqual([...new Set(left.map(({ object }) => object))].sort());
      for (const { object } of changes.filter(({ field }) => field === "route"))
        expect(open.map(({ key }) => key)).not.toContain(object);
    }),
    { numRuns: 100 },
  );
});
