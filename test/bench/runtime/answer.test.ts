import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { others, ours } from "../../../bench/runtime/answer/contenders.ts";
import { requests } from "../../../bench/runtime/answer/requests.ts";
import { type Answers, answersOf, assertSame } from "../../../bench/runtime/answer/same-answers.ts";
import { FunctionProcess } from "../../../bench/runtime/lambda/function-process.ts";

const answersIn = async (code: string): Promise<Answers> => {
  await using started = await FunctionProcess.start(code, { VOICE_STACK: "test" });
  return await answersOf(started);
};

describe("the ways to answer that are measured against each other", () => {
  let expected: Answers;
  beforeAll(async () => {
    expected = await answersIn(await ours.bundle());
  });

  test("are asked everything that a call can ask, with answers that differ", () => {
    expect(Object.keys(expected)).toEqual(Object.keys(requests));
    const different = new Set(Object.values(expected).map(({ actions }) => JSON.stringify(actions)));
    expect(different.size).toBeGreaterThanOrEqual(7);
    expect(Object.values(expected).every(({ statusCode }) => statusCode === 200)).toBe(true);
  });

  test.each(others)("answer every request alike: $name", async ({ name, bundle }) => {
    const answers = await answersIn(await bundle());
    expect(answers).toEqual(expected);
    expect(() => assertSame(name, answers, expected)).not.toThrow();
  });

  test("are not measured where one answers something else", () => {
    const changed = { ...expected, silence: { statusCode: 200, actions: [] } };
    expect(() => assertSame("lazy", changed, expected)).toThrow(/^lazy answers silence with .*"actions":\[\]/);
  });
});

describe("a function's process under the Runtime API", () => {
  let started: FunctionProcess;
  beforeAll(async () => {
    started = await FunctionProcess.start(
      `export const handler = async (event, context) => {
        if (event.fail) throw new RangeError("on purpose");
        process.stdout.write("12345");
        return { event, id: context.awsRequestId, left: context.getRemainingTimeInMillis() > 0, name: process.env.NAME };
      };`,
      { NAME: "given" },
    );
  });
  afterAll(() => started[Symbol.asyncDispose]());

  test("is invoked as often as is asked, and what it writes is counted", async () => {
    const { result } = await started.invoke({ text: "äöü" });
    expect(result).toEqual({
      event: { text: "äöü" },
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      left: true,
      name: "given",
    });
    await started.invoke({});
    expect(await started.logBytes()).toBe(10);
  });

  test("tells what its handler throws, and goes on", async () => {
    await expect(started.invoke({ fail: true })).rejects.toThrow(/RangeError: on purpose/);
    expect((await started.invoke({ after: 1 })).result).toMatchObject({ event: { after: 1 } });
  });

  test("tells why a module does not load", async () => {
    await using broken = await FunctionProcess.start("throw new TypeError('no table');");
    await expect(broken.invoke({})).rejects.toThrow(/TypeError: no table/);
  });
});
