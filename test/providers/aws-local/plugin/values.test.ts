import { expect, test } from "@jest/globals";
import struct from "google-protobuf/google/protobuf/struct_pb.js";
import { fromStruct, isSecret, toStruct, valueAt } from "../../../../providers/aws-local/plugin/values.ts";
import { UNKNOWN } from "../../../../providers/aws-local/resources/resource-type.ts";

const secret = (value: struct.JavaScriptValue) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value,
});

test("secrets survive the way in and out, unknown ones included", () => {
  const message = {
    name: "answer",
    environment: { variables: { LEVEL: "info", KEY: secret("hush"), LATER: secret(UNKNOWN) } },
    list: [1, secret({ a: true })],
  };
  const { plain, secrets } = fromStruct(struct.Struct.fromJavaScript(message));
  expect(plain).toEqual({
    name: "answer",
    environment: { variables: { LEVEL: "info", KEY: "hush", LATER: UNKNOWN } },
    list: [1, { a: true }],
  });
  expect(toStruct(plain, secrets).toJavaScript()).toEqual(message);
});

test("null means absent", () => {
  const { plain } = fromStruct(struct.Struct.fromJavaScript({ a: null, b: { c: null, d: 1 } }));
  expect(plain).toEqual({ b: { d: 1 } });
});

test("what lies in a secret is secret", () => {
  expect(isSecret(["environment", "variables", "KEY"], [["environment"]])).toBe(true);
  expect(isSecret(["environment"], [["environment", "variables"]])).toBe(false);
});

test("a value below an unknown is unknown", () => {
  expect(valueAt({ environment: UNKNOWN }, ["environment", "variables", "A"])).toBe(UNKNOWN);
});
