import { describe, expect, test } from "@jest/globals";
import { costOfCalls, costOfMonth, total, type Usage } from "../../../bench/runtime/cost/cost.ts";
import { latestPrices, type Prices, type RateName } from "../../../bench/runtime/cost/prices.ts";
import { functionUsage } from "../../../bench/runtime/cost/usage.ts";

const rates: Record<RateName, { usd: number; per: number; unit: string }> = {
  lambdaRequest: { usd: 0.2, per: 1_000_000, unit: "requests" },
  lambdaArmGbSecond: { usd: 0.00001, per: 1, unit: "GB-seconds" },
  sqsRequest: { usd: 0.4, per: 1_000_000, unit: "requests" },
  dynamodbWriteUnit: { usd: 0.75, per: 1_000_000, unit: "write units" },
  dynamodbReadUnit: { usd: 0.15, per: 1_000_000, unit: "read units" },
  dynamodbGbMonth: { usd: 0.3, per: 1, unit: "GB-months" },
  logIngestedGb: { usd: 0.6, per: 1, unit: "GB" },
  logGbMonth: { usd: 0.03, per: 1, unit: "GB-months" },
  metricMonth: { usd: 0.3, per: 1, unit: "metrics" },
  alarmMetricMonth: { usd: 0.1, per: 1, unit: "metrics under alarm" },
  ssmStandardParameter: { usd: 0, per: 1, unit: "parameters" },
};
const prices: Prices = {
  ...{ region: "eu-central-1", asOf: "2026-01-01", taken: "2026-01-01", source: "a test", tier: "none" },
  rates,
  notIncluded: [],
};

describe("what calls cost", () => {
  const usage: Usage = {
    calls: 10,
    functions: {
      answer: { invocations: 20, billedMs: 40, memoryMb: 512, logBytes: 2 ** 20 },
      worker: { invocations: 30, billedMs: 600, memoryMb: 1_024, logBytes: 2 ** 20 },
    },
    sqsRequests: 100,
    writeUnits: 80,
    readUnits: 20,
    recordBytes: 2 ** 20,
    recordRetentionDays: 365.25,
    logRetentionDays: 365.25 / 12,
  };

  test("is what was used for 1,000 of them, times the price", () => {
    const cost = Object.fromEntries(
      costOfCalls(usage, prices).map(({ what, quantity, usd }) => [what, [quantity, usd]]),
    );
    const close = (quantity: number, usd: number) => [expect.closeTo(quantity, 9), expect.closeTo(usd, 12)];
    expect(cost).toEqual({
      "Lambda, invocations": close(5_000, 0.001),
      // 4 seconds with half a gigabyte, and 60 seconds with a whole one.
      "Lambda, time of answer": close(2, 0.00002),
      "Lambda, time of worker": close(60, 0.0006),
      "SQS, sent, received, deleted": close(10_000, 0.004),
      "DynamoDB, written": close(8_000, 0.006),
      "DynamoDB, read": close(2_000, 0.0003),
      // 100 MiB for twelve months.
      "DynamoDB, kept for 365.25 days": close((100 / 1_024) * 12, (100 / 1_024) * 12 * 0.3),
      "CloudWatch, log taken in": close(200 / 1_024, (200 / 1_024) * 0.6),
      [`CloudWatch, log kept for ${365.25 / 12} days`]: close(200 / 1_024, (200 / 1_024) * 0.03),
    });
  });

  test("does not depend on how many of them were measured", () => {
    const twice = structuredClone(usage);
    twice.calls *= 2;
    for (const name of ["sqsRequests", "writeUnits", "readUnits", "recordBytes"] as const) twice[name] *= 2;
    for (const used of Object.values(twice.functions)) {
      used.invocations *= 2;
      used.billedMs *= 2;
      used.logBytes *= 2;
    }
    expect(total(costOfCalls(twice, prices))).toBeCloseTo(total(costOfCalls(usage, prices)), 12);
  });

  test("comes on top of what a month costs without any", () => {
    expect(total(costOfMonth({ metrics: 8, alarmMetrics: 12, parameters: 1 }, prices))).toBeCloseTo(3.6, 12);
  });

  test("is read from Lambda's own lines in a log, each with what CloudWatch adds to it", () => {
    const report = (billedDurationMs: number) =>
      JSON.stringify({ type: "platform.report", record: { metrics: { billedDurationMs, memorySizeMB: 512 } } });
    const lines = [report(3), '{"level":"INFO","message":"answered"}', report(5)];
    const text = lines.join("\n");
    expect(functionUsage(`${text}\n`)).toEqual({
      invocations: 2,
      billedMs: 8,
      memoryMb: 512,
      logBytes: text.length - 2 + 3 * 26,
    });
  });
});

test("the price file tells its day, its source, and a rate for everything that is charged for", () => {
  const latest = latestPrices();
  expect(latest).toMatchObject({
    region: "eu-central-1",
    asOf: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
    taken: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
    source: expect.stringMatching(/https:/),
  });
  expect(Object.keys(latest.rates).sort()).toEqual(Object.keys(rates).sort());
  for (const { usd, per } of Object.values(latest.rates)) {
    expect(usd).toBeGreaterThanOrEqual(0);
    expect(per).toBeGreaterThan(0);
  }
});
