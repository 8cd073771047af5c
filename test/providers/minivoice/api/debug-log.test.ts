import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { MiniVoiceClient } from "pulumi-minivoice/api";
import { answer, reset, scriptedServer } from "./scripted-server.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "voice-debug-"));
});
afterEach(async () => {
  delete process.env.MINIVOICE_DEBUG;
  await rm(directory, { recursive: true, force: true });
});

async function twoRequests(): Promise<void> {
  const server = await scriptedServer(reset, answer(200, { data: [] }));
  const client = new MiniVoiceClient({
    apiKey: "mv_test_not_a_real_key",
    baseUrl: server.url,
    retryPause: "1 millisecond",
  });
  await client.applications.list();
  await client.close();
  await server.close();
}

test("every attempt is logged to a file that only its owner reads, without the key", async () => {
  const file = join(directory, "debug.log");
  process.env.MINIVOICE_DEBUG = file;
  await twoRequests();
  const log = await readFile(file, "utf8");
  expect(log).toMatch(
    /^\S+Z minivoice GET \/v1\/applications no answer attempt=1 \d+ms\n\S+Z minivoice GET \/v1\/applications 200 attempt=2 \d+ms\n$/,
  );
  expect(log).not.toContain("not_a_real_key");
  expect((await stat(file)).mode & 0o077).toBe(0);
});

test("or to standard error", async () => {
  process.env.MINIVOICE_DEBUG = "1";
  const written = await onStandardError(twoRequests);
  expect(written.filter((line) => line.includes("minivoice GET /v1/applications"))).toHaveLength(2);
});

test("a log that cannot be written fails no request, and says so once", async () => {
  process.env.MINIVOICE_DEBUG = join(directory, "missing", "debug.log");
  const written = await onStandardError(twoRequests);
  expect(written).toEqual([
    expect.stringMatching(
      /^minivoice: requests are not logged, because MINIVOICE_DEBUG cannot be written: ENOENT.*\n$/,
    ),
  ]);
});

async function onStandardError(task: () => Promise<void>): Promise<string[]> {
  const written: string[] = [];
  const write = jest.spyOn(process.stderr, "write").mockImplementation((text) => {
    written.push(String(text));
    return true;
  });
  await task().finally(() => write.mockRestore());
  return written.filter((line) => line.includes("minivoice"));
}
