import { expect, test } from "@jest/globals";
import {
  answerWith,
  delay,
  failAfterwards,
  garbleAnswer,
  halveAnswer,
  loseAnswer,
  reset,
  StaleReads,
} from "../../src/sandbox/faults.ts";
import { ask, sandboxWith } from "./account.ts";

const isWrite = ({ method }: { method: string }) => method !== "GET";
const create = { name: "Support IVR" };

test("a lost answer: the application exists, and nobody was told", async () => {
  const sandbox = await sandboxWith();
  sandbox.faults.arm(isWrite, loseAnswer);
  await expect(ask(sandbox, "POST", "/v1/applications", create)).rejects.toThrow();
  expect((await ask(sandbox, "GET", "/v1/applications")).body.count).toBe(2);
  expect(sandbox.requests.map(({ method, status }) => [method, status])).toEqual([
    ["POST", 0],
    ["GET", 200],
  ]);
});

test("a reset: nothing happened", async () => {
  const sandbox = await sandboxWith();
  sandbox.faults.arm(isWrite, reset);
  await expect(ask(sandbox, "POST", "/v1/applications", create)).rejects.toThrow();
  expect((await ask(sandbox, "GET", "/v1/applications")).body.count).toBe(1);
});

test("another answer, as often as asked, for the requests that match", async () => {
  const sandbox = await sandboxWith();
  sandbox.faults.arm(({ path }) => path.startsWith("/v1/dids"), answerWith(429, "", { "retry-after": "1" }), 2);
  const statuses = [];
  for (const path of ["/v1/dids", "/v1/applications", "/v1/dids", "/v1/dids"])
    statuses.push((await ask(sandbox, "GET", path)).status);
  expect(statuses).toEqual([429, 200, 429, 200]);
});

test("a failure after the fact, a slow answer, and an end of it", async () => {
  const sandbox = await sandboxWith();
  sandbox.faults.arm(isWrite, failAfterwards(502));
  expect((await ask(sandbox, "POST", "/v1/applications", create)).status).toBe(502);
  sandbox.faults.arm(() => true, delay(5));
  expect((await ask(sandbox, "GET", "/v1/applications")).body.count).toBe(2);
  sandbox.faults.arm(() => true, reset, 99);
  sandbox.faults.clear();
  expect((await ask(sandbox, "GET", "/v1/applications")).status).toBe(200);
});

test("half an answer, and one that is no JSON: the application exists, and its key was not read", async () => {
  const sandbox = await sandboxWith();
  sandbox.faults.arm(isWrite, halveAnswer);
  await expect(ask(sandbox, "POST", "/v1/applications", create)).rejects.toThrow();
  sandbox.faults.arm(isWrite, garbleAnswer);
  expect((await ask(sandbox, "POST", "/v1/applications", create)).status).toBe(201);
  expect((await ask(sandbox, "GET", "/v1/applications")).body.count).toBe(3);
});

test("reads that lag: after a write, a path answers as it was last seen, as often as asked", async () => {
  const sandbox = await sandboxWith();
  const stale = new StaleReads(2);
  sandbox.faults.arm(
    () => true,
    (exchange) => stale.meet(exchange),
    Number.POSITIVE_INFINITY,
  );
  const counts = async (times: number) => {
    const seen: number[] = [];
    for (let read = 0; read < times; read++) seen.push((await ask(sandbox, "GET", "/v1/applications")).body.count);
    return seen;
  };
  expect(await counts(2)).toEqual([1, 1]);
  await ask(sandbox, "POST", "/v1/applications", create);
  expect(await counts(4)).toEqual([1, 1, 2, 2]);
});
