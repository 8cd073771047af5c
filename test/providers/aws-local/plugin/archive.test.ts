import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { fileOf, filesOf } from "../../../../providers/aws-local/plugin/archive.ts";

const asset = (value: object) => ({ "4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17", ...value });
const archive = (value: object) => ({
  "4dabf18193072939515e22adb298388d": "0def7320c3a5731c473e5ecbe6d01bc7",
  ...value,
});

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "archive-"));
  await mkdir(join(folder, "code/lib"), { recursive: true });
  await writeFile(join(folder, "code/index.mjs"), "index");
  await writeFile(join(folder, "code/lib/part.mjs"), "part");
  await writeFile(join(folder, "code.zip"), "PK");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const texts = async (code: unknown) => (await filesOf(code)).map(({ path, content }) => [path, content.toString()]);

test("texts, files, directories and archives in archives become files, sorted", async () => {
  const code = archive({
    assets: {
      "z.mjs": asset({ text: "z" }),
      "empty.json": asset({ text: "" }),
      "a.mjs": asset({ path: join(folder, "code/index.mjs") }),
      more: archive({ path: join(folder, "code") }),
    },
  });
  expect(await texts(code)).toEqual([
    ["a.mjs", "index"],
    ["empty.json", ""],
    ["more/index.mjs", "index"],
    ["more/lib/part.mjs", "part"],
    ["z.mjs", "z"],
  ]);
});

test.each([
  ["no archive", () => "index.mjs", /must be an archive/],
  ["no files", () => archive({ assets: {} }), /archive without files/],
  [
    "a packed archive",
    () => archive({ path: join(folder, "code.zip") }),
    /packed archives \(".*code\.zip"\) are not implemented/,
  ],
  [
    "an archive from elsewhere",
    () => archive({ uri: "https://example.com/code.zip" }),
    /archives from an address are not implemented/,
  ],
  [
    "a file from elsewhere",
    () => archive({ assets: { "a.mjs": asset({ uri: "https://example.com/a" }) } }),
    /"a.mjs" is a remote asset/,
  ],
  [
    "a file outside of it",
    () => archive({ assets: { "../a.mjs": asset({ text: "" }) } }),
    /outside of the archive: "\.\.\/a\.mjs"/,
  ],
])("%s is refused", async (_name, code, message) => {
  await expect(filesOf(code())).rejects.toThrow(message);
});

test("an asset of its own is one file, from a text or from the disk", async () => {
  const content = async (source: unknown) => (await fileOf(source)).map((file) => [file.path, file.content.toString()]);
  expect(await content(asset({ text: "{}" }))).toEqual([["source", "{}"]]);
  expect(await content(asset({ path: join(folder, "code/index.mjs") }))).toEqual([["source", "index"]]);
  await expect(fileOf({ text: "{}" })).rejects.toThrow('property "source" must be an asset');
  await expect(fileOf(asset({ uri: "https://example.com" }))).rejects.toThrow('property "source" is a remote asset');
});
