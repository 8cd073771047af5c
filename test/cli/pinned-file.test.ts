import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { assertUnedited, openPinned } from "../../src/cli/pinned-file.ts";
import { PinKey } from "../../src/review/pinned/pin-key.ts";
import { key, saved } from "../review/pinned/saved.ts";

describe("a file that is no saved review of this project is refused, with the way out:", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "pinned-file-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const open = (name: string, text?: string) => {
    const file = join(folder, name);
    if (text !== undefined) writeFileSync(file, text);
    return openPinned(file, undefined);
  };

  test.each<[string, string | undefined, string]>([
    ["one that is not there", undefined, "there is no file FILE: minivoice review -s <stack> --save FILE writes it"],
    ["one that is empty", "\n", "FILE is empty: save it anew with minivoice review -s <stack> --save FILE"],
    [
      "one that is cut off",
      JSON.stringify(saved()).slice(0, 400),
      "FILE is no JSON, or cut off: save it anew with minivoice review -s <stack> --save FILE",
    ],
    [
      "another kind of file",
      '{"name":"voice"}',
      "FILE was not written by minivoice review --save (field kind): name the file that was",
    ],
    [
      "one of a stack that this project does not have",
      JSON.stringify(saved({ stack: "st\u0007aging" })),
      "FILE is a review of the stack st�aging, and this project has only local, production, test: run it where it was saved",
    ],
  ])("%s", async (name, text, message) => {
    const file = `${name.replaceAll(" ", "-")}.json`;
    await expect(open(file, text)).rejects.toThrow(message.replaceAll("FILE", join(folder, file)));
  });

  test("a folder, and what is in something that is none", async () => {
    await expect(openPinned(folder, undefined)).rejects.toThrow(
      `${folder} is a folder: name the file that minivoice review -s <stack> --save <file> has written`,
    );
    writeFileSync(join(folder, "file"), "");
    await expect(open("file/review.json")).rejects.toThrow(/^there is no file .*file\/review.json: /);
  });

  test("one of another stack than was asked for", async () => {
    const file = join(folder, "of-test.json");
    writeFileSync(file, JSON.stringify(saved()));
    await expect(openPinned(file, "acme/voice/local")).rejects.toThrow(
      `${file} is a review of test, and -s says acme/voice/local: leave -s out, or review acme/voice/local`,
    );
  });
});

describe("a saved review is as it was saved,", () => {
  const others = [new PinKey("an obviously fake secret of today", "voice/test"), key];

  test("where one of the stack's keys fits it", () => {
    expect(() => assertUnedited("r.json", saved(), others)).not.toThrow();
  });

  test("or it is said which field was edited", () => {
    const edited = { ...saved(), exitCode: 0 as const };
    expect(() => assertUnedited("r.json", edited, others)).toThrow(
      "r.json was edited after it was saved (exitCode): review it again, and save it",
    );
  });

  test("or it is of another project, whose stack has the same name", () => {
    const { seals: _, ...content } = saved();
    const foreign = new PinKey("an obviously fake webhook secret", "phones/test").sealed(content);
    expect(() => assertUnedited("r.json", foreign, others)).toThrow(
      /^r\.json is not closed with a key of test: it was saved for another stack or project, .*Review it again, and save it$/,
    );
  });
});
