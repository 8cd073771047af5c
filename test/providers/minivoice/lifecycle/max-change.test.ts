import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { Claims, didRouteTable } from "pulumi-minivoice/lifecycle";
import { inputsOf } from "./account.ts";

const unknown = "to be known later";
const numbers = Array.from({ length: 10 }, (_, index) => `+1555123000${index}`);
const table = (target: (index: number) => string) =>
  inputsOf(didRouteTable, {
    maxChange: "30%",
    routes: Object.fromEntries(numbers.map((number, index) => [number, target(index)])),
  });
const before = { ...table(() => "app_1"), count: 10 };
const preview = (target: (index: number) => string) =>
  didRouteTable.beforeUpdate?.({ claims: new Claims() }, "id", before, table(target), (value) => value === unknown);

test("maxChange does not count a target that is not known yet, but it counts all others", () => {
  expect(() => preview(() => unknown)).not.toThrow();
  expect(() => preview((index) => (index < 3 ? "app_2" : unknown))).not.toThrow();
  expect(() => preview((index) => (index < 4 ? "reject" : unknown))).toThrow("4 of 10 numbers would be moved");
  expect(() => preview(() => "app_2")).toThrow("MINIVOICE_CONFIRM_CHANGES=10");
});

describe("a run that only looks", () => {
  beforeEach(() => {
    process.env.MINIVOICE_CONFIRM_CHANGES = "preview";
  });
  afterEach(() => {
    delete process.env.MINIVOICE_CONFIRM_CHANGES;
  });

  test("shows a change of any size, and writes none of it", async () => {
    expect(() => preview(() => "app_2")).not.toThrow();
    const nobody = {} as Parameters<typeof didRouteTable.update>[0];
    await expect(
      didRouteTable.update(
        nobody,
        "id",
        before,
        table(() => "app_2"),
      ),
    ).rejects.toThrow("MINIVOICE_CONFIRM_CHANGES=10");
  });
});
