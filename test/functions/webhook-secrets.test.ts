import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, test } from "@jest/globals";
import { readParameter } from "../../src/functions/read-parameter.ts";
import { openSecretStore } from "../../src/functions/webhook-secrets.ts";
import { secretParameter } from "../../src/webhooks/secret-parameter.ts";
import { recordedLog } from "./delivery.ts";
import { LocalServices } from "./local-services.ts";

const MINUTE = 60_000;

/** A parameter store whose clock, answers and failures a test sets, and whose reads it can count and hold up. */
async function store(first: string | Error = "mv_test_a") {
  const state = { answer: first, reads: 0, time: 0, held: undefined as Promise<void> | undefined };
  const read = async () => {
    state.reads += 1;
    // As the store has it when it is asked, however long the answer takes.
    const { answer, held } = state;
    await held;
    if (answer instanceof Error) throw answer;
    return answer.startsWith("mv_") ? secretParameter({ current: answer }) : answer;
  };
  const log = recordedLog();
  const secrets = await openSecretStore(read, log, () => state.time);
  const current = async () => (await secrets.current()).current;
  const newest = async () => (await secrets.newest()).current;
  return Object.assign(state, { current, newest, log });
}

describe("the webhook secrets", () => {
  test("are read once at the start, and again when they are five minutes old", async () => {
    const parameter = await store();
    expect(await parameter.current()).toBe("mv_test_a");
    parameter.answer = "mv_test_b";
    parameter.time = 5 * MINUTE - 1;
    expect(await parameter.current()).toBe("mv_test_a");
    expect(parameter.reads).toBe(1);
    parameter.time = 5 * MINUTE;
    expect(await parameter.current()).toBe("mv_test_b");
    expect(parameter.reads).toBe(2);
  });

  test("are read again for an unknown signature, but not more often than every ten seconds", async () => {
    const parameter = await store();
    parameter.answer = "mv_test_b";
    expect(await parameter.newest()).toBe("mv_test_b");
    parameter.answer = "mv_test_c";
    parameter.time = 9_999;
    for (let attack = 0; attack < 100; attack += 1) expect(await parameter.newest()).toBe("mv_test_b");
    expect(parameter.reads).toBe(2);
    parameter.time = 10_000;
    expect(await parameter.newest()).toBe("mv_test_c");
    expect(parameter.reads).toBe(3);
  });

  test("are read once for all invocations that wait for them", async () => {
    const parameter = await store();
    parameter.answer = "mv_test_b";
    parameter.time = 5 * MINUTE;
    const both = await Promise.all([...Array(50)].flatMap(() => [parameter.newest(), parameter.current()]));
    expect(new Set(both)).toEqual(new Set(["mv_test_b"]));
    expect(parameter.reads).toBe(2);
  });

  test("are asked for anew when a read was already under way that may not know the new one yet", async () => {
    const parameter = await store();
    const { promise, resolve } = Promise.withResolvers<void>();
    parameter.held = promise;
    parameter.time = 5 * MINUTE;
    const refresh = parameter.current();
    await turn();
    parameter.answer = "mv_test_b";
    const newest = parameter.newest();
    resolve();
    expect([await refresh, await newest]).toEqual(["mv_test_a", "mv_test_b"]);
  });

  test("work on while the store does not answer, which is asked again now and then", async () => {
    const parameter = await store();
    parameter.answer = new Error("down");
    parameter.time = 60 * MINUTE;
    for (let request = 0; request < 100; request += 1) expect(await parameter.current()).toBe("mv_test_a");
    expect(parameter.reads).toBe(2);
    parameter.time += 10_000;
    parameter.answer = "mv_test_b";
    expect(await parameter.current()).toBe("mv_test_b");
  });

  test("say nothing of an unknown signature while the store does not answer: whose it is cannot be told", async () => {
    const parameter = await store();
    parameter.answer = new Error("down");
    await expect(parameter.newest()).rejects.toThrow("down");
    await expect(parameter.newest()).rejects.toThrow("down");
    expect(parameter.reads).toBe(2);
  });

  test("are missing while the store never answered, and there as soon as it does", async () => {
    const parameter = await store(new Error("down"));
    for (let request = 0; request < 100; request += 1) await expect(parameter.current()).rejects.toThrow("down");
    expect(parameter.reads).toBe(1);
    parameter.answer = "mv_test_a";
    parameter.time = 1_000;
    expect(await parameter.current()).toBe("mv_test_a");
  });

  test("are not taken from a parameter that is malformed, and no part of it gets into the log", async () => {
    const parameter = await store('{"current":"mv_test_half');
    await expect(parameter.current()).rejects.toThrow("must be a JSON object");
    expect(parameter.log.lines).toEqual([
      expect.objectContaining({ message: "secrets not read", reason: expect.stringContaining("malformed") }),
    ]);
    expect(JSON.stringify(parameter.log.lines)).not.toContain("mv_test");
  });

  test("come from the parameter store of SSM, decrypted", async () => {
    const services = new LocalServices();
    await services.start();
    try {
      services.parameter = secretParameter({ current: "mv_test_a" });
      const read = readParameter("/voice/test/webhook-secret");
      expect(JSON.parse(await read())).toEqual({ current: "mv_test_a" });
      expect(services.parameterRequests).toEqual([{ Name: "/voice/test/webhook-secret", WithDecryption: true }]);
      services.parameter = undefined;
      await expect(read()).rejects.toThrow("down");
    } finally {
      await services.stop();
    }
  });
});
