import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "@jest/globals";
import { type BundleSource, bundle } from "../../infra/bundle.ts";
import { bundleArchive } from "../../infra/bundle-archive.ts";
import { compileAnswers } from "../../src/call-flow/compile.ts";
import { flowsFor } from "../../src/flows/index.ts";

const repository = join(import.meta.dirname, "..", "..");
const flows = flowsFor("test");
const answers = compileAnswers({ support: "receptionist", sales: "salesMenu", late: "appointmentReminder" }, flows);
const answer = { entry: "src/functions/answer.ts", virtual: { "virtual:answers": answers } };
const webhook = { entry: "src/functions/webhook.ts" };
const worker = { entry: "src/functions/worker.ts" };
const driftWatch = { entry: "src/functions/drift-watch.ts", requires: true } as const;

const made = new Map<string, Promise<string>>();

/** The bundle from this checkout, made once. */
function bundled(source: BundleSource): Promise<string> {
  const text = made.get(source.entry) ?? bundle(source);
  made.set(source.entry, text);
  return text;
}

const folders: string[] = [];
function temporaryFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), name));
  folders.push(folder);
  return folder;
}
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

describe("a bundle", () => {
  test("is the same in another folder and when it is made beside others, and names neither folder", async () => {
    const root = temporaryFolder("a-much-longer-name-of-a-checkout-");
    cpSync(join(repository, "src"), join(root, "src"), { recursive: true });
    symlinkSync(join(repository, "node_modules"), join(root, "node_modules"), "dir");
    const sources = [driftWatch, worker, answer, webhook];
    const together = await Promise.all(sources.map((source) => bundle({ ...source, root })));
    for (const [index, source] of sources.entries()) {
      const alone = await bundled(source);
      expect({ ...source, same: together[index] === alone }).toEqual({ ...source, same: true });
      expect(alone).not.toContain(repository);
      expect(alone).not.toContain("checkout-");
    }
  });

  test.each([
    { ...answer, limit: 30_000 },
    { ...webhook, limit: 500_000 },
    { ...worker, limit: 800_000 },
    // Half of it is the HTTP client of the provider.
    { ...driftWatch, limit: 1_600_000 },
  ])("of $entry stays below $limit bytes and loads in a folder without packages", async ({ limit, ...source }) => {
    const text = await bundled(source);
    expect(Buffer.byteLength(text)).toBeLessThan(limit);
    expect(gzipSync(text).byteLength).toBeLessThan(limit / 2);

    const file = join(temporaryFolder("function-"), "index.mjs");
    writeFileSync(file, text);
    const script = `const { handler } = await import(${JSON.stringify(file)}); process.stdout.write(typeof handler);`;
    const env = {
      AWS_REGION: "eu-central-1",
      AWS_ACCESS_KEY_ID: "none",
      AWS_SECRET_ACCESS_KEY: "none",
      // Nobody listens there: what a function reads when it starts must not be needed for it to load.
      AWS_ENDPOINT_URL: "http://127.0.0.1:9",
      VOICE_STACK: "test",
      WEBHOOK_SECRET_PARAMETER: "secret",
      EVENTS_QUEUE_URL: "http://127.0.0.1:9/000000000000/events",
      CALL_RECORDS_TABLE: "records",
      EXPECTED_PICTURE_BUCKET: "pictures",
      EXPECTED_PICTURE_KEY: "picture.json",
      API_KEY_PARAMETER: "key",
      MINIVOICE_SETTINGS: "{}",
    };
    expect(execFileSync(process.execPath, ["--input-type=module", "-e", script], { env, encoding: "utf8" })).toBe(
      "function",
    );
  });

  test("of the watch over drift speaks no language but English", async () => {
    const text = await bundled(driftWatch);
    expect(text).toContain("Invalid input");
    for (const other of ["Ungültige Eingabe", "Entrée invalide", "Entrada inválida"]) expect(text).not.toContain(other);
  });

  test("follows a change of a flow", async () => {
    const other = compileAnswers({ support: "salesMenu" }, flows);
    expect(await bundle({ ...answer, virtual: { "virtual:answers": other } })).not.toBe(await bundle(answer));
  });

  test("that lacks a virtual module or does not compile fails with the name of what is wrong, and alone", async () => {
    await expect(bundle({ entry: answer.entry })).rejects.toThrow("virtual:answers is not among the virtual modules");
    const root = temporaryFolder("broken-");
    mkdirSync(join(root, "src"));
    writeFileSync(join(root, "src/broken.ts"), "export const handler = (");
    writeFileSync(join(root, "src/whole.ts"), "export const handler = 1;");
    const [broken, whole] = await Promise.allSettled(
      ["src/broken.ts", "src/whole.ts"].map((entry) => bundle({ entry, root })),
    );
    expect(broken).toMatchObject({ reason: { message: expect.stringContaining("src/broken.ts:1:24: ERROR") } });
    expect(whole).toMatchObject({ status: "fulfilled" });
  });

  test("takes the place of those that are older than a day, and of no other file", async () => {
    const hour = 60 * 60 * 1000;
    const left = (name: string, age: number) => {
      const file = join(repository, ".local", "bundles", name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, "");
      utimesSync(file, new Date(), new Date(Date.now() - age));
      folders.push(file);
      return file;
    };
    const old = left(`${"0".repeat(32)}.mjs`, 25 * hour);
    const halfWritten = left(`${"1".repeat(32)}.mjs.1234`, 25 * hour);
    const recent = left(`${"2".repeat(32)}.mjs`, 23 * hour);
    const strange = left("notes.txt", 25 * hour);
    await bundleArchive(answer);
    expect([old, halfWritten, recent, strange].map((file) => existsSync(file))).toEqual([false, false, true, true]);
  });

  test("goes to Lambda as one module named index.mjs", async () => {
    const archive = await bundleArchive(answer);
    expect(Object.keys(await (archive as unknown as { assets: Promise<object> }).assets)).toEqual(["index.mjs"]);
  });
});
