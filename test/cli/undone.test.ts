import { describe, expect, test } from "@jest/globals";
import { readBack } from "../../src/cli/undone.ts";

describe("numbers that were to go back are read back,", () => {
  const all = { count: 2, wrong: [], byHand: false, said: undefined };
  const numbers = ["+15551240001", "+15551240002"];
  const pending = "pending: assign +15551240001 to application app_1 in the account setup";

  test("and all of them are there", () => {
    expect(readBack("test", all)).toEqual({ done: "all", lines: ["read back: 2 numbers go where they came from"] });
  });

  test("and all of them are there, though the engine left others alone", () => {
    const { done, lines } = readBack("test", { ...all, said: "+15551240009 is left alone" });
    expect([done, ...lines]).toEqual([
      "some",
      "read back: 2 numbers go where they came from",
      "+15551240009 is left alone",
    ]);
  });

  test("and a person has to assign them, whether the engine sees something to do or not", () => {
    const todo = "to be done by hand: minivoice pending -s test lists 2 numbers, once the patch is applied";
    expect(readBack("test", { ...all, wrong: numbers, byHand: true, said: pending })).toEqual({
      done: "some",
      lines: [pending, todo],
    });
    // A state in which nobody has made the change yet has them where they came from.
    expect(readBack("test", { ...all, wrong: numbers, byHand: true })).toEqual({ done: "some", lines: [todo] });
  });

  test("and one of them is back by hand already", () => {
    expect(readBack("test", { ...all, wrong: numbers.slice(1), byHand: true }).lines).toEqual([
      "read back: 1 number goes where it came from",
      "to be done by hand: minivoice pending -s test lists 1 number, once the patch is applied",
    ]);
  });

  test("and one is not there, which is an error with what the engine says", () => {
    expect(() => readBack("test", { ...all, wrong: numbers.slice(1), said: "403 forbidden" })).toThrow(
      /^read back otherwise: \+15551240002\n403 forbidden$/,
    );
  });
});
