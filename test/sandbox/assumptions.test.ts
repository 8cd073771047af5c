import { readFile } from "node:fs/promises";
import { expect, test } from "@jest/globals";
import { assume, describeAssumptions, durations } from "../../src/sandbox/assumptions.ts";
import { refusals, whatThisIs } from "../../src/sandbox/what-this-is.ts";
import { sandboxWith } from "./account.ts";

test("each assumption has a default that it may take, and can be switched while the sandbox runs", async () => {
  const { control } = await sandboxWith();
  for (const { id, options, default: fallback, value } of await control.assumptions()) {
    expect(value).toBe(fallback);
    const other = options.find((option) => option !== fallback && option !== "a duration, such as 5 seconds");
    const changed = other === undefined ? "2 seconds" : other.startsWith("none, or") ? "1 second, 2 seconds" : other;
    const entries = await control.setAssumptions({ [id]: changed });
    expect(entries.find((entry) => entry.id === id)?.value).toBe(changed);
  }
});

test("an assumption that does not exist, or a value that it cannot take, is refused with what is allowed", async () => {
  const { control } = await sandboxWith();
  await expect(control.setAssumptions({ colour: "red" } as never)).rejects.toThrow('there is no assumption "colour"');
  await expect(control.setAssumptions({ digitsIn: "smoke" } as never)).rejects.toThrow(
    'assumption digitsIn cannot be "smoke": choose query | form | json',
  );
  await expect(sandboxWith({ assumptions: { answerTimeout: "5" } })).rejects.toThrow("a duration, such as 5 seconds");
  await expect(sandboxWith({ assumptions: { answerTimeout: "1 second, 2 seconds" } })).rejects.toThrow("answerTimeout");
  expect((await control.assumptions()).every(({ value, default: fallback }) => value === fallback)).toBe(true);
});

test("durations carry their unit", () => {
  expect(durations("1 second, 2 minutes, 0.5 hours")).toEqual([1_000, 120_000, 1_800_000]);
  expect([durations("none"), durations("5"), durations("soon")]).toEqual([[], undefined, undefined]);
});

test("the README says what this is, what it refuses and what it assumes", async () => {
  const readme = (await readFile("src/sandbox/README.md", "utf8")).replaceAll(/ +/g, " ");
  const rows = describeAssumptions(assume()).map(
    ({ id, text, options, default: fallback }) =>
      `| \`${id}\` | ${text} | ${fallback} | ${options.filter((option) => option !== fallback).join(", ")} |`,
  );
  for (const line of [whatThisIs, ...refusals.map((refusal) => `- ${refusal}`), ...rows])
    expect(readme).toContain(line);
});
