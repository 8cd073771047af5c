import { describe, expect, test } from "@jest/globals";
import { PinKey } from "../../../src/review/pinned/pin-key.ts";
import { type PinnedReview, readPinnedReview } from "../../../src/review/pinned/pinned-review.ts";
import { key, meaning, saved } from "./saved.ts";

const read = (value: unknown) => readPinnedReview(JSON.stringify(value), "review.json");

test("a saved review is read as it was, and holds no secret", () => {
  const review = saved();
  expect(read(review)).toEqual(review);
  expect(key.brokenSeals(review)).toEqual([]);
  for (const secret of [meaning.configuration["minivoice:apiKey"], "fake webhook secret"])
    expect(JSON.stringify(review)).not.toContain(secret);
});

describe("a file that is none is refused:", () => {
  const { format, parts, ...rest } = saved();
  test.each<[string, string, string]>([
    ["one that is cut off", JSON.stringify(saved()).slice(0, 400), "is no JSON, or cut off"],
    ["a list", "[]", "was not written by minivoice review --save (field kind)"],
    ["a report", JSON.stringify({ format: 1, blocks: [] }), "is a report (review --out)"],
    [
      "one of a newer version",
      JSON.stringify({ ...rest, parts, format: 2, tool: "9.0.0" }),
      "apply it with version 9.0.0",
    ],
    [
      "one of an older version",
      JSON.stringify({ ...rest, parts, format: 0 }),
      "saved by an older version (field format: 0",
    ],
    ["one without a part", JSON.stringify({ ...rest, format, parts: { ...parts, state: undefined } }), "(parts.state:"],
    ["one with a field of its own", JSON.stringify({ ...saved(), force: true }), "has an unknown field force"],
    [
      "one whose number is none",
      JSON.stringify({ ...saved(), numbers: { 5551: { from: { route: "app_1" }, to: {} } } }),
      "(numbers.5551:",
    ],
    [
      "one that does not say where a number came from",
      JSON.stringify({ ...saved(), numbers: { "+15551240001": { from: {}, to: {} } } }),
      "(numbers.+15551240001.from.route:",
    ],
  ])("%s", (_, text, message) => {
    expect(() => readPinnedReview(text, "review.json")).toThrow(message);
  });
});

describe("the seals", () => {
  test.each<[keyof PinnedReview, Partial<PinnedReview>]>([
    ["numbers", { numbers: { "+15551240002": { from: { route: "app_1" }, to: { route: "app_9" } } } }],
    ["exitCode", { exitCode: 0 }],
    ["brokenRules", { brokenRules: ["R2"] }],
    ["stack", { stack: "production" }],
    ["parts", { parts: { ...saved().parts, lockFile: "c".repeat(64) } }],
  ])("tell that %s was edited", (field, edit) => {
    expect(key.brokenSeals({ ...saved(), ...edit })).toEqual([field]);
  });

  test("of another review fit nowhere", () => {
    const other = saved({ id: "9b0f5c0e-7f5c-4a57-9b1c-0d7d6a1f8f11", numbers: {} });
    const mixed = {
      ...saved(),
      numbers: other.numbers,
      seals: { ...saved().seals, numbers: other.seals.numbers ?? "" },
    };
    expect(key.brokenSeals(mixed)).toEqual(["numbers"]);
  });

  test("of another stack, or of another secret, are all broken", () => {
    const { seals, ...content } = saved();
    for (const other of [
      new PinKey("an obviously fake webhook secret", "voice/production"),
      new PinKey("x", "voice/test"),
    ])
      expect(other.brokenSeals({ ...content, seals })).toEqual(Object.keys(content));
  });
});
