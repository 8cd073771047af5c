import { expect, test } from "@jest/globals";
import { type Context, webhookSecret } from "pulumi-minivoice/lifecycle";
import { inputsOf } from "./account.ts";

const none = {} as Context;
const create = (args = {}) => webhookSecret.create(none, inputsOf(webhookSecret, args));

test("a secret is 256 random bits, and needs nobody", async () => {
  const [one, other] = [await create(), await create()];
  expect(one.outputs.value).toMatch(/^[0-9a-f]{64}$/);
  expect(one.outputs.value).not.toBe(other.outputs.value);
  expect(one.id).not.toBe(other.id);
  // Not absent: the engine would take them for unknown in every preview.
  expect(one.outputs).toMatchObject({ previous: "", previousValidUntil: "" });
  expect(await webhookSecret.read(none, one.id, one.outputs)).toEqual(one);
  await webhookSecret.remove(none, one.id, one.outputs);
});

test("a new keeper makes a new one, and the one before stays valid for the overlap", async () => {
  const { id, outputs } = await create({ keeper: "2026-10", overlap: "2 hours" });
  const before = Date.now();
  const rotated = await webhookSecret.update(
    none,
    id,
    outputs,
    inputsOf(webhookSecret, { keeper: "2026-11", overlap: "2 hours" }),
  );
  expect(rotated).toMatchObject({ keeper: "2026-11", previous: outputs.value });
  expect(rotated.value).not.toBe(outputs.value);
  const validFor = Date.parse(rotated.previousValidUntil ?? "") - before;
  expect(Math.round(validFor / 60_000)).toBe(120);

  const overlapOnly = await webhookSecret.update(none, id, rotated, inputsOf(webhookSecret, { keeper: "2026-11" }));
  expect(overlapOnly).toMatchObject({ value: rotated.value, previous: outputs.value });
  expect(overlapOnly).not.toHaveProperty("overlap");
  expect(webhookSecret.inputsOf(overlapOnly)).toEqual({ resourceName: "test", keeper: "2026-11" });
});

test("a day is the overlap where none is given", async () => {
  const { id, outputs } = await create();
  const rotated = await webhookSecret.update(none, id, outputs, inputsOf(webhookSecret, { keeper: "anything" }));
  const validFor = Date.parse(rotated.previousValidUntil ?? "") - Date.now();
  expect(Math.round(validFor / 3_600_000)).toBe(24);
});

test("a state that has no previous secret, as older versions wrote it, has an empty one after the next update", async () => {
  const { id, outputs } = await create();
  const { previous: _previous, previousValidUntil: _until, ...older } = outputs;
  const changed = inputsOf(webhookSecret, { overlap: "2 hours" });
  expect(await webhookSecret.update(none, id, older as never, changed)).toEqual({ ...outputs, overlap: "2 hours" });
});
