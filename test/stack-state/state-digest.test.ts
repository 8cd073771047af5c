import { expect, test } from "@jest/globals";
import { stateDigest } from "../../src/stack-state/state-digest.ts";

const mark = "4dabf18193072939515e22adb298388d";
const secret = (ciphertext: string) => ({ [mark]: "1b47061264138c4ac30d75fd1eb44270", ciphertext });
const table = { urn: "urn:a", type: "a:b:C", id: "1", inputs: { a: 1, b: [secret("v1:x")] }, outputs: { a: 1 } };
const other = { urn: "urn:b", type: "a:b:C", id: "2" };
const state = (resources: object[], deployment = {}) => ({ version: 3, deployment: { resources, ...deployment } });

test("the digest of a state is the same however it is written down, whenever, and encrypted with whatever", () => {
  const written = {
    ...{ outputs: { a: 1 }, inputs: { b: [secret("v1:y")], a: 1 }, id: "1", type: "a:b:C", urn: "urn:a" },
    ...{ created: "2026-11-26T08:00:00Z", modified: "2026-11-27T08:00:00Z", sourcePosition: "project:///index.ts#1,1" },
  };
  const manifest = { time: "2026-11-27T08:00:00Z", magic: "1", version: "v3.259.0" };
  expect(stateDigest(state([other, written], { manifest }))).toBe(stateDigest(state([table, other])));
  expect(stateDigest(state([]))).toBe(stateDigest({ deployment: { resources: null } }));
});

test.each([
  ["a value", [{ ...table, outputs: { a: 2 } }, other]],
  ["a secret that is none any more", [{ ...table, inputs: { a: 1, b: ["x"] } }, other]],
  ["a resource that is gone", [table]],
  ["one that waits for its deletion", [table, { ...other, delete: true }]],
  ["one that is to be replaced", [table, { ...other, taint: true }]],
])("the digest of a state tells %s", (_, resources) => {
  expect(stateDigest(state(resources))).not.toBe(stateDigest(state([table, other])));
});

test("the digest of a state tells an operation that was not finished", () => {
  expect(stateDigest(state([table], { pending_operations: [{}] }))).not.toBe(stateDigest(state([table])));
});
