import { expect, test } from "@jest/globals";
import { deploysNoFunction, pictureIn } from "../../src/cli/partial-up.ts";

const numbers =
  "urn:pulumi:test::voice::voice:index:VoiceEnvironment$pulumi-nodejs:dynamic/minivoice:DidRouteTable::numbers";
const answer = "urn:pulumi:test::voice::voice:index:VoiceEnvironment$aws:lambda/function:Function::voice-test-answer";

test.each([
  [["up", "--target", numbers]],
  [["up", "--refresh", `--target=${numbers}`, "--yes"]],
  [["update", "-t", numbers, "-t", numbers.replace("DidRouteTable", "Application")]],
])("an up of numbers and applications alone deploys no function: %j", (args) => {
  expect(deploysNoFunction(args)).toBe(true);
});

test.each([
  [["up"]],
  [["up", "--target", numbers, "--target", answer]],
  [["up", "--target", `${numbers.slice(0, -7)}*`]],
  [["up", "--target"]],
  [["up", "--target", numbers, "--target-dependents"]],
  [["preview", "--target", numbers]],
])("any other may, or writes nothing: %j", (args) => {
  expect(deploysNoFunction(args)).toBe(false);
});

const stateWith = (outputs: object) => ({
  deployment: {
    resources: [{ urn: "urn:pulumi:test::voice::pulumi:pulumi:Stack::v", type: "pulumi:pulumi:Stack", outputs }],
  },
});

test("what is kept is what callers hear, from which commit, and where numbers go unless they are written", () => {
  const environment = {
    stack: "test",
    revision: "0123abc",
    flows: { menu: "0123456789ab" },
    applications: { support: { name: "Support", flow: "menu" }, billing: { name: "Billing" } },
    routes: { "+15551230001": "support" },
  };
  const heard = { revision: "0123abc", flows: { menu: "0123456789ab" }, answeredBy: { support: "menu" } };
  expect(pictureIn(stateWith({ environment }), true)).toEqual(heard);
  expect(pictureIn(stateWith({ environment }), false)).toEqual({ ...heard, routes: environment.routes });
});

test("of a state that tells nothing of it, nothing is kept", () => {
  expect(pictureIn(stateWith({}), true)).toBeUndefined();
  expect(pictureIn({ deployment: {} }, true)).toBeUndefined();
});
