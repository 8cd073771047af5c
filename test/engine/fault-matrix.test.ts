import { beforeAll, describe, expect, test } from "@jest/globals";
import {
  answerWith,
  delay,
  type Fault,
  failAfterwards,
  garbleAnswer,
  halveAnswer,
  loseAnswer,
  reset,
  StaleReads,
} from "../../src/sandbox/faults.ts";
import { application, forAllTests } from "./environment.ts";
import type { Outcome } from "./project.ts";

const refused = (status: number, code: string) =>
  answerWith(status, JSON.stringify({ error: { code, message: `${code}, for a test` } }));
const rateLimited = (retryAfter?: string) =>
  answerWith(429, "", retryAfter === undefined ? {} : { "retry-after": retryAfter });

/** The write happens, and its answer begins and never ends. */
const slowBody: Fault = async ({ answer }) => {
  await answer();
  return new Response(new ReadableStream({ start: (body) => body.enqueue(new TextEncoder().encode('{"id":')) }));
};

/** What meets the write of one number each, and how often: the client tries it again, or looks what came of it. */
const passing: [name: string, fault: Fault, times: number][] = [
  ["a lost answer", loseAnswer, 1],
  ["a connection reset", reset, 1],
  ["half an answer", halveAnswer, 1],
  ["invalid JSON", garbleAnswer, 1],
  ["an HTML 502", answerWith(502, "<html>Bad gateway</html>", { "content-type": "text/html" }), 1],
  ["slow headers", delay(1_500), 1],
  ["a slow body", slowBody, 1],
  ["a storm of 503", answerWith(503), 3],
  ["500 after the fact", failAfterwards(500), 1],
  ["429 in seconds", rateLimited("0"), 1],
  ["429 until a date", rateLimited(new Date(0).toUTCString()), 1],
  ["429 without a time", rateLimited(), 1],
];

/** What each of these numbers is refused with, and what the person reads of it. */
const lasting: [name: string, fault: Fault, message: string][] = [
  ["401", refused(401, "unauthorized"), "with 401: unauthorized, for a test (unauthorized). Check MINIVOICE_API_KEY"],
  ["403", refused(403, "forbidden"), "with 403: forbidden, for a test (forbidden)"],
  ["404 without a code", answerWith(404, "404 page not found"), "(it answered 404), but minivoice:capabilities says"],
  ["404 with a code", refused(404, "not_found"), "(it answered 404), but minivoice:capabilities says"],
  ["405", answerWith(405), "(it answered 405), but minivoice:capabilities says"],
  ["409", refused(409, "conflict"), "with 409: conflict, for a test (conflict)"],
  ["422", refused(422, "invalid_request"), "with 422: invalid_request, for a test (invalid_request)"],
  ["429 for a day", rateLimited("86400"), "Lower minivoice:requestsPerSecond, or try again later"],
];

const numbered = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => `+1555125${from + index}`);
const unharmed = numbered(1_000, 4);
const met = numbered(2_000, passing.length);
const refusedNumbers = numbered(3_000, lasting.length);
const released = "+15551254000";

/** Each list begins with an empty page, and what the contract does not promise is not there. */
const bareLists: Fault = async ({ request, answer }) => {
  if (!new URL(request.url).searchParams.has("cursor"))
    return Response.json({ data: [], next_cursor: Buffer.from("from:0").toString("base64url") });
  const { data, next_cursor } = (await (await answer()).json()) as {
    data: Record<string, unknown>[];
    next_cursor?: string;
  };
  const bare = ({ customer_id, created_at, updated_at, provider, status, ...rest }: Record<string, unknown>) => ({
    ...rest,
    labels: [{ x: 1 }],
  });
  return Response.json({ data: data.map(bare), ...(next_cursor && { next_cursor }) });
};

describe("an up goes through whatever an API and a network may do", () => {
  const account = forAllTests({
    numbers: [...unharmed, ...met, ...refusedNumbers, released],
    pageSize: 10,
    assumptions: { createStatus: "200", absentFields: "null", listCount: "omit" },
    config: { "minivoice:timeout": "1 second", "minivoice:requestsPerSecond": "200" },
  });
  const declare = (numbers: readonly string[]) => {
    const entries = numbers.map((number) => `"${number}": support.applicationId`);
    return account.project.write(
      `${application("support")}new DidRouteTable("numbers", { routes: { ${entries.join(", ")} } });`,
    );
  };
  /** How often the write of a number met its fault. */
  const meetings: Record<string, number> = {};
  const meet = async (number: string, fault: Fault, times: number) => {
    const path = await account.pathOf(number);
    const counted: Fault = (exchange) => {
      meetings[number] = (meetings[number] ?? 0) + 1;
      return fault(exchange);
    };
    account.sandbox.faults.arm((request) => request.method === "PATCH" && request.path === path, counted, times);
  };
  let through: Outcome;
  let stopped: Outcome;

  beforeAll(async () => {
    const { project, sandbox } = account;
    for (const [index, [, fault, times]] of passing.entries()) await meet(met[index] ?? "", fault, times);
    const lag = new StaleReads(1);
    const lists: Fault = (exchange) =>
      lag.meet({ ...exchange, answer: async () => bareLists({ ...exchange, answer: exchange.answer }) });
    sandbox.faults.arm(({ path }) => path.startsWith("/v1/dids?"), lists, Number.POSITIVE_INFINITY);
    await declare([...unharmed, ...met]);
    through = await project.up();

    for (const [index, [, fault]] of lasting.entries()) await meet(refusedNumbers[index] ?? "", fault, 1);
    await meet(
      released,
      async ({ answer }) => {
        await sandbox.control.releaseNumber(released);
        return answer();
      },
      1,
    );
    account.forgetRequests();
    await declare([...unharmed, ...met, ...refusedNumbers, released]);
    stopped = await project.up();
  });

  test.each(passing.map(([name, , times], index) => [name, times, met[index] ?? ""] as const))(
    "%s",
    async (_name, times, number) => {
      expect(through).toMatchObject({ failed: false, text: "" });
      expect(meetings[number]).toBe(times);
      expect(await account.live(number)).toBe("webhook support");
    },
  );

  test.each(lasting.map(([name, , message], index) => [name, message, refusedNumbers[index] ?? ""]))(
    "but not through %s, which is said of the number that it met",
    async (_name, message, number) => {
      expect(stopped.failed).toBe(true);
      const line = stopped.text.split("\n").find((text) => text.includes(number));
      expect(line).toContain(message);
      expect(await account.live(number)).not.toBe("webhook support");
      const path = await account.pathOf(number);
      expect(account.writes().filter((write) => write === `PATCH ${path}`)).toHaveLength(1);
    },
  );

  test("nor where somebody releases a number between a look and a write", () => {
    expect(stopped.text).toContain(`${released} is not a number of this account`);
    expect(stopped.text).not.toMatch(/^\s+at .*\.(ts|js):\d+/m);
  });

  test("and the next one writes what is missing, and then nothing", async () => {
    const { project } = account;
    account.forgetRequests();
    await declare([...unharmed, ...met, ...refusedNumbers]);
    expect(await project.up()).toMatchObject({ failed: false, text: "" });
    expect(account.writes()).toHaveLength(refusedNumbers.length);
    for (const number of refusedNumbers) expect(await account.live(number)).toBe("webhook support");
    account.forgetRequests();
    const again = await project.up({ refresh: true });
    expect(again.steps.filter((step) => !step.startsWith("refresh"))).toEqual([]);
    expect(account.writes()).toEqual([]);
  });

  test.each([
    ["no such host", "https://no-such-host.invalid", /the host name (is unknown|cannot be looked up)/],
    [
      "no TLS on the other side",
      undefined,
      /there is no secure connection \(ERR_SSL_\S+\): is minivoice:baseUrl right\?/,
    ],
  ])("and says so at once where there is %s", async (_name, url, message) => {
    const baseUrl = url ?? account.sandbox.url.replace("http:", "https:");
    const refresh = await account.project.as({ MINIVOICE_BASE_URL: baseUrl }).refresh();
    expect(refresh.failed).toBe(true);
    expect(refresh.text).toMatch(message);
  });
});
