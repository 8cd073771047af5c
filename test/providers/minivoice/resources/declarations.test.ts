import { afterAll, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { declare, declaredElsewhere } from "../../../../providers/minivoice/resources/declarations.ts";

/** A program that the engine would run: the SDK keeps one monitor a run. */
const beginRun = () =>
  pulumi.runtime.setMocks({
    newResource: ({ inputs }) => ({ id: "", state: inputs }),
    call: ({ inputs }) => inputs,
  });

afterAll(() => pulumi.runtime.disconnectSync());

test("a resource hears what all others of its program declare, also those that come after it", async () => {
  beginRun();
  const [table, route] = [Symbol("table"), Symbol("route")];
  declare(table, ["number +15551230001"]);
  const heard = declaredElsewhere(table, "anything");
  declare(route, ["number +15551230002"]);
  declare(Symbol("support"), ["application named Support"]);
  expect(await heard).toEqual(["number +15551230002", "application named Support"]);
  expect(await declaredElsewhere(route, "application")).toEqual(["application named Support"]);
});

test("a second program in the same process hears nothing of the first", async () => {
  beginRun();
  declare(Symbol("first"), ["number +15551230001"]);
  beginRun();
  expect(await declaredElsewhere(Symbol("second"), "anything")).toEqual([]);
});

test("outside of an engine, what is declared is heard all the same", async () => {
  pulumi.runtime.disconnectSync();
  pulumi.runtime.resetOptions("", "", -1, "", "", false, "");
  declare(Symbol("alone"), ["number +15551230001"]);
  expect(await declaredElsewhere(Symbol("other"), "anything")).toEqual(["number +15551230001"]);
});
