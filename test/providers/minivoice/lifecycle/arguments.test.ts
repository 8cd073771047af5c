import { describe, expect, test } from "@jest/globals";
import { application, didRoute, didRouteTable, webhookSecret } from "pulumi-minivoice/lifecycle";

const unknown = "to be known later";
const isUnknown = (value: unknown) => value === unknown;
const resourceName = "main";

const problemsOf = {
  application: (args: object) => application.check({ resourceName, ...args }, isUnknown).problems,
  route: (args: object) => didRoute.check({ resourceName, ...args }, isUnknown).problems,
  table: (args: object) => didRouteTable.check({ resourceName, ...args }, isUnknown).problems,
  secret: (args: object) => webhookSecret.check({ resourceName, ...args }, isUnknown).problems,
};

describe("a mistake is named with its field, its value and the way out", () => {
  const number = "+15551230001";
  test.each<[keyof typeof problemsOf, object, string]>([
    [
      "route",
      { number: "0555 123", mode: "reject" },
      'number "0555 123" is not E.164: expected + and 7 to 15 digits without spaces, such as +15551230001',
    ],
    ["route", { number: "+05551230001", mode: "reject" }, 'number "+05551230001" is not E.164'],
    ["route", { number: "+1234567890123456", mode: "reject" }, "is not E.164"],
    ["route", { mode: "reject" }, "number is missing: say which one"],
    ["route", {}, "the route has no target: give exactly one of applicationId and mode"],
    ["route", { applicationId: null }, "applicationId of the route is undefined or empty"],
    ["route", { number }, `${number} has no target: give exactly one of applicationId and mode`],
    ["route", { number, applicationId: "app_1", mode: "reject" }, `${number} has two targets`],
    ["route", { number, applicationId: null }, `applicationId of ${number} is undefined or empty`],
    ["route", { number, applicationId: "", mode: "reject" }, `applicationId of ${number} is undefined or empty`],
    ["route", { number, applicationId: "reject" }, 'applicationId is "reject": say mode: "reject" instead'],
    ["route", { number, mode: "webhook" }, 'mode is "webhook": expected "reject"'],
    ["route", { number, mode: "reject", onDelete: "release" }, 'onDelete is "release": expected "reject" or "leave"'],
    ["route", { number, mode: "reject", assignmentTimeout: 30 }, "assignmentTimeout is 30: expected text"],
    [
      "route",
      { number, mode: "reject", assignmentTimeout: "30" },
      'assignmentTimeout "30" is no time: expected a number with a unit, such as "30 minutes"',
    ],
    ["route", { number, mode: "reject", takeover: [""] }, "takeover is"],
    ["table", {}, "routes is missing or no table"],
    ["table", { routes: { [number]: "" } }, `routes["${number}"] is empty: give the id of an application, or "reject"`],
    ["table", { routes: { [number]: null } }, `routes["${number}"] is undefined`],
    ["table", { routes: { "555": "reject" } }, 'routes: "555" is not E.164'],
    ["table", { routes: {}, maxChange: "30" }, 'maxChange "30" is no share: expected one from "0%" to "100%"'],
    ["application", { name: "" }, "name is missing: say how the application is called in the account"],
    ["application", { name: "a", answerUrl: "example" }, 'answerUrl "example" is not a URL: write it in full'],
    [
      "application",
      { name: "a", answerUrl: "http://example.com/" },
      'answerUrl "http://example.com/" must use https: plain http is for 127.0.0.1',
    ],
    ["application", { name: "a", webhookUrl: "ftp://example.com/" }, 'webhookUrl "ftp://example.com/" must use https'],
    [
      "application",
      { name: "a", answerURL: "https://example.com" },
      "answerURL is no argument here: expected name, answerUrl",
    ],
    ["application", { name: "a", adopt: "yes" }, 'adopt is "yes": expected true or false'],
    ["application", { name: "a", adopt: Symbol("yes") }, "adopt is Symbol(yes): expected true or false"],
    ["application", { name: "a", apiKey: "mv_test_key" }, "apiKey is given without adopt: true"],
    ["secret", { overlap: "soon" }, 'overlap "soon" is no time'],
  ])("%s %j", (kind, args, message) => {
    expect(problemsOf[kind](args).join("\n")).toContain(message);
  });

  test.each([
    "https://user:hush@example.com/",
    "https://user:hush@exa mple.com/",
    "user:hush@example.com/answer",
    "http://example.com/?token=hush",
  ])("all of them at once, and never with a secret: %s", (answerUrl) => {
    const problems = problemsOf.application({ name: "", answerUrl, webhookUrl: "nowhere", webhookSecret: ["hush"] });
    expect(problems).toHaveLength(4);
    expect(problems.join()).not.toContain("hush");
  });
});

describe("arguments in canonical form", () => {
  test("have no key for what is absent, empty or at its default", () => {
    const { inputs } = application.check(
      { resourceName, name: "Support", answerUrl: "", webhookUrl: null, adopt: false },
      isUnknown,
    );
    expect(inputs).toEqual({ resourceName, name: "Support" });
    expect(Object.keys(inputs)).toEqual(["resourceName", "name"]);
    const route = didRoute.check(
      { resourceName, number: "+15551230001", mode: "reject", onDelete: "reject", takeover: "app_1" },
      isUnknown,
    );
    expect(route.inputs).toEqual({ resourceName, number: "+15551230001", mode: "reject", takeover: ["app_1"] });
    const table = didRouteTable.check({ resourceName, routes: {}, takeover: [] }, isUnknown);
    expect(Object.keys(table.inputs)).toEqual(["resourceName", "routes"]);
  });

  test("let an unknown value pass at any depth", () => {
    expect(problemsOf.route({ number: unknown, applicationId: unknown })).toEqual([]);
    expect(problemsOf.table({ routes: unknown })).toEqual([]);
    expect(problemsOf.table({ routes: { "+15551230001": unknown }, takeover: unknown })).toEqual([]);
    expect(
      problemsOf.application({ name: unknown, answerUrl: unknown, webhookSecret: unknown, adopt: unknown }),
    ).toEqual([]);
  });

  test("claim each number and each name, but none that is not known yet", () => {
    const claimsOf = { route: didRoute.check, table: didRouteTable.check, application: application.check };
    expect(claimsOf.route({ resourceName, number: "+15551230001", mode: "reject" }, isUnknown).claims).toEqual([
      "number +15551230001",
    ]);
    expect(claimsOf.table({ resourceName, routes: { "+15551230001": unknown } }, isUnknown).claims).toEqual([
      "number +15551230001",
    ]);
    expect(claimsOf.table({ resourceName, routes: unknown }, isUnknown).claims).toEqual([]);
    expect(claimsOf.application({ resourceName, name: unknown }, isUnknown).claims).toEqual([]);
  });
});
