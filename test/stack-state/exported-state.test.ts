import { describe, expect, test } from "@jest/globals";
import { exportedState, isSecret, nameOf, opened, StateUnreadable } from "../../src/stack-state/exported-state.ts";

const mark = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };

describe("an exported state", () => {
  const resource = (name: string, more = {}) => ({
    urn: `urn:pulumi:test::voice::a:b:C::${name}`,
    type: "a:b:C",
    ...more,
  });

  test("is its resources without those that are being replaced, and how much of a run was cut off", () => {
    const resources = [resource("old", { delete: true }), resource("new", { id: "1", outputs: { a: 1 } })];
    const state = exportedState({ version: 3, deployment: { resources, pending_operations: [{}, {}] } });
    expect(state).toEqual({
      resources: [{ ...resource("new"), id: "1", inputs: {}, outputs: { a: 1 } }],
      pendingOperations: 2,
    });
    expect(state.resources.map(nameOf)).toEqual(["new"]);
  });

  test.each([{}, { resources: null }, { resources: [] }])("that was never deployed holds nothing: %j", (deployment) => {
    expect(exportedState({ version: 3, deployment })).toEqual({ resources: [], pendingOperations: 0 });
  });

  test.each([undefined, null, "", "text", {}, { deployment: "none" }, { deployment: { resources: [{}] } }])(
    "that is %j is none",
    (exported) => expect(() => exportedState(exported)).toThrow(StateUnreadable),
  );
});

test.each<[unknown, unknown]>([
  [{ ...mark, plaintext: '"value"' }, "value"],
  [{ ...mark, plaintext: '{"a":1}' }, { a: 1 }],
  [{ ...mark, plaintext: "{" }, undefined],
  [{ ...mark, ciphertext: "v1:closed" }, undefined],
])("the secret %j is opened where that can be done: %j", (exported, value) => {
  expect({ secret: isSecret(exported), value: opened(exported) }).toEqual({ secret: true, value });
});

test.each([["text"], [{ plaintext: "1" }], [undefined]])("%j is no secret and is itself", (value) => {
  expect({ secret: isSecret(value), value: opened(value) }).toEqual({ secret: false, value });
});
