import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { createContext, didRouteTable, Expectation, PartialFailure } from "pulumi-minivoice/lifecycle";
import { type Sandbox, startSandbox } from "../../../../src/sandbox/index.ts";

let sandbox: Sandbox;
let directory: string;
const file = () => join(directory, "expect.json");

beforeEach(async () => {
  sandbox = await startSandbox({ numbers: ["+15551230001", "+15551230002", "+15551230003"] });
  directory = await mkdtemp(join(tmpdir(), "voice-expect-"));
});
afterEach(async () => {
  await sandbox.close();
  await rm(directory, { recursive: true });
});

const expecting = async (content: string) => {
  await writeFile(file(), content);
  return Expectation.read(file());
};

describe("a reviewed change", () => {
  test("is written where it was reviewed, and skipped where the number routes elsewhere by now or was not reviewed", async () => {
    const [before, after, stranger] = await Promise.all(
      ["before", "after", "stranger"].map((name) => sandbox.control.createApplication({ name })),
    );
    if (!before || !after || !stranger) throw new Error("three applications were asked for");
    for (const number of ["+15551230001", "+15551230003"]) await sandbox.control.assign(number, before.id);
    await sandbox.control.assign("+15551230002", stranger.id);
    const context = createContext({
      apiKey: sandbox.portalKey,
      baseUrl: sandbox.url,
      capabilities: "managed",
      expectation: await expecting(JSON.stringify({ "+15551230001": before.id, "+15551230002": before.id })),
      say: () => undefined,
    });
    const declare = (target: string) => ({ "+15551230001": target, "+15551230002": target, "+15551230003": target });
    const outputs = {
      resourceName: "numbers",
      count: 3,
      routes: { ...declare(before.id), "+15551230002": stranger.id },
    };

    const failure = await didRouteTable
      .update(context, "id", outputs, { resourceName: "numbers", routes: declare(after.id) })
      .catch((error) => error);
    await context.client.close();

    expect(failure).toBeInstanceOf(PartialFailure);
    expect(failure.outputs.routes).toEqual({
      "+15551230001": after.id,
      "+15551230002": stranger.id,
      "+15551230003": before.id,
    });
    expect(failure.reasons).toEqual([
      `pending: +15551230002 was not written, because it was reviewed as routing to ${before.id}, but now routes to ${stranger.id} (MINIVOICE_EXPECT): review it again`,
      "pending: +15551230003 was not written, because it is not part of the reviewed change (MINIVOICE_EXPECT): review it again",
    ]);
    expect(sandbox.requests.filter(({ method }) => method !== "GET")).toHaveLength(1);
  });

  test.each(["", "[]", '{"5551230001":"app_1"}', '{"+15551230001":""}', '{"+15551230001":1}'])(
    "that cannot be understood is refused with the file's name: %s",
    async (content) => {
      await expect(expecting(content)).rejects.toThrow(
        `MINIVOICE_EXPECT names ${file()}, which is no list of reviewed numbers`,
      );
    },
  );

  test("whose file is not there is refused", () => {
    expect(() => Expectation.read(file())).toThrow("ENOENT");
  });
});
