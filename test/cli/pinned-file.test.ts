import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { openPinned } from "../../src/cli/pinned-file.ts";
import { saved } from "../review/pinned/saved.ts";

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
});
