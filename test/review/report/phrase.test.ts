import { describe, expect, test } from "@jest/globals";
import { joined, ours, rendered, say } from "../../../src/review/report/phrase.ts";
import { numbersPhrase } from "../../../src/review/report/phrases.ts";

const marked = (phrase: ReturnType<typeof say>): string =>
  rendered(
    phrase,
    (own) => own,
    (value) => `[${value}]`,
  );

describe("a sentence", () => {
  test("knows which parts of it are foreign, also those of sentences within it", () => {
    const inner = say`from ${"Support"}`;
    expect(marked(say`${4812} numbers ${inner} to ${"Sales"}${undefined}${ours(", now")}`)).toBe(
      "4,812 numbers from [Support] to [Sales], now",
    );
    expect(marked(joined([say`${"a"}`, say`${"b"}`], ", "))).toBe("[a], [b]");
    expect(marked(joined([], ", "))).toBe("");
  });

  test("lists few numbers, and counts the rest", () => {
    expect(numbersPhrase(["+15551230001"]).text).toBe("+15551230001");
    expect(numbersPhrase(["+15551230002", "+15551230001"]).text).toBe("2 numbers: +15551230001 … +15551230002");
    const apart = Array.from({ length: 9 }, (_, index) => `+1555123000${index}`).filter((_, index) => index % 2 === 0);
    expect(numbersPhrase(apart).text).toBe("5 numbers: +15551230000, +15551230002, +15551230004, and 2 more");
  });
});
