import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { ConfigurationError } from "pulumi-minivoice/api";
import { configurationOf } from "../../../providers/minivoice/configuration.ts";

const read =
  (config: Record<string, string> = {}) =>
  (key: string) =>
    config[key];
const key = { "minivoice:apiKey": "mv_test_not_a_real_key" };

test("the stack's configuration says how to reach the account, and has defaults for all but the key", () => {
  expect(configurationOf(read(key), {})).toMatchObject({
    apiKey: "mv_test_not_a_real_key",
    capabilities: "documented",
    customerId: undefined,
  });
  const all = {
    ...key,
    "minivoice:baseUrl": "https://api.example.com",
    "minivoice:capabilities": "managed",
    "minivoice:customerId": "cust_1",
    "minivoice:concurrency": "4",
    "minivoice:requestsPerSecond": "2.5",
    "minivoice:timeout": "5 seconds",
  };
  expect(configurationOf(read(all), {})).toMatchObject({
    baseUrl: "https://api.example.com",
    capabilities: "managed",
    customerId: "cust_1",
    concurrency: 4,
    requestsPerSecond: 2.5,
    timeout: "5 seconds",
  });
});

test("the environment wins", () => {
  const environment = { MINIVOICE_API_KEY: "mv_test_from_environment", MINIVOICE_BASE_URL: "http://127.0.0.1:1" };
  expect(configurationOf(read({ ...key, "minivoice:baseUrl": "https://api.example.com" }), environment)).toMatchObject({
    apiKey: "mv_test_from_environment",
    baseUrl: "http://127.0.0.1:1",
  });
});

test("a reviewed change comes from the environment alone", async () => {
  const directory = await mkdtemp(join(tmpdir(), "voice-configuration-"));
  const file = join(directory, "expect.json");
  await writeFile(file, "{}");
  expect(configurationOf(read(key), {}).expectation).toBeUndefined();
  expect(configurationOf(read(key), { MINIVOICE_EXPECT: file }).expectation).toBeDefined();
  await rm(directory, { recursive: true });
});

test.each([
  [{}, "apiKey is missing"],
  [{ ...key, "minivoice:capabilities": "all" }, 'minivoice:capabilities is "all": expected "documented", or "managed"'],
  [{ ...key, "minivoice:concurrency": "many" }, 'minivoice:concurrency is "many": expected a number above 0'],
  [{ ...key, "minivoice:requestsPerSecond": "" }, 'minivoice:requestsPerSecond is "": expected a number above 0'],
  [{ ...key, "minivoice:customerId": " " }, "minivoice:customerId is empty: give the id of the customer"],
  [{ ...key, "minivoice:timeout": "5" }, 'timeout "5" is no time'],
  [{ ...key, "minivoice:baseUrl": "http://example.com" }, "is not https"],
])("what makes no sense is refused with the way out: %j", (config, message) => {
  const configure = () => configurationOf(read(config), {});
  expect(configure).toThrow(ConfigurationError);
  expect(configure).toThrow(message);
});
