import type { Prices, RateName } from "./prices.ts";

/** What one function did for all of the measured calls together. */
export interface FunctionUsage {
  invocations: number;
  /** The sum of the billed durations. */
  billedMs: number;
  memoryMb: number;
  /** As CloudWatch counts them. */
  logBytes: number;
}

/** What some calls used of AWS. */
export interface Usage {
  calls: number;
  functions: Record<string, FunctionUsage>;
  sqsRequests: number;
  writeUnits: number;
  readUnits: number;
  /** That stay in the table. */
  recordBytes: number;
  /** Days that records and logs are kept. */
  recordRetentionDays: number;
  logRetentionDays: number;
}

/** What is paid for each month, whether anybody calls or not. */
export interface Standing {
  /** Custom metrics: each combination of a name and values of dimensions. */
  metrics: number;
  /** Metrics that alarms watch. */
  alarmMetrics: number;
  parameters: number;
}

export interface CostLine {
  what: string;
  quantity: number;
  unit: string;
  usd: number;
}

const GB = 2 ** 30;
const DAYS_A_MONTH = 365.25 / 12;
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** What 1,000 such calls cost, line by line. */
export function costOfCalls(usage: Usage, prices: Prices): CostLine[] {
  const functions = Object.entries(usage.functions);
  const logBytes = sum(functions.map(([, { logBytes }]) => logBytes));
  const quantities: [string, RateName, number][] = [
    ["Lambda, invocations", "lambdaRequest", sum(functions.map(([, { invocations }]) => invocations))],
    ...functions.map(([name, { billedMs, memoryMb }]): [string, RateName, number] => [
      `Lambda, time of ${name}`,
      "lambdaArmGbSecond",
      (billedMs / 1_000) * (memoryMb / 1_024),
    ]),
    ["SQS, sent, received, deleted", "sqsRequest", usage.sqsRequests],
    ["DynamoDB, written", "dynamodbWriteUnit", usage.writeUnits],
    ["DynamoDB, read", "dynamodbReadUnit", usage.readUnits],
    [
      `DynamoDB, kept for ${usage.recordRetentionDays} days`,
      "dynamodbGbMonth",
      (usage.recordBytes / GB) * (usage.recordRetentionDays / DAYS_A_MONTH),
    ],
    ["CloudWatch, log taken in", "logIngestedGb", logBytes / GB],
    [
      `CloudWatch, log kept for ${usage.logRetentionDays} days`,
      "logGbMonth",
      (logBytes / GB) * (usage.logRetentionDays / DAYS_A_MONTH),
    ],
  ];
  return quantities.map(([what, rate, quantity]) => line(what, rate, (quantity / usage.calls) * 1_000, prices));
}

/** What the environment costs in a month without a call. */
export const costOfMonth = ({ metrics, alarmMetrics, parameters }: Standing, prices: Prices): CostLine[] => [
  line("CloudWatch, metrics of its own", "metricMonth", metrics, prices),
  line("CloudWatch, alarms", "alarmMetricMonth", alarmMetrics, prices),
  line("SSM, parameters", "ssmStandardParameter", parameters, prices),
];

export const total = (lines: readonly CostLine[]): number => sum(lines.map(({ usd }) => usd));

function line(what: string, name: RateName, quantity: number, { rates }: Prices): CostLine {
  const { usd, per, unit } = rates[name];
  return { what, quantity, unit, usd: (quantity / per) * usd };
}
