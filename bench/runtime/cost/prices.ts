import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const folder = join(import.meta.dirname, "../../prices");

/** What is charged for, by the name in the price file. */
export type RateName =
  | "lambdaRequest"
  | "lambdaArmGbSecond"
  | "sqsRequest"
  | "dynamodbWriteUnit"
  | "dynamodbReadUnit"
  | "dynamodbGbMonth"
  | "logIngestedGb"
  | "logGbMonth"
  | "metricMonth"
  | "alarmMetricMonth"
  | "ssmStandardParameter";

/** `usd` for each `per` of a unit. */
export interface Rate {
  usd: number;
  per: number;
  unit: string;
}

/** A price file: what AWS asks in one region, as of one day. */
export interface Prices {
  region: string;
  /** The day of the prices, which is also the file's name. */
  asOf: string;
  /** The day on which somebody wrote them down. */
  taken: string;
  source: string;
  tier: string;
  rates: Record<RateName, Rate>;
  notIncluded: string[];
}

/** The latest price file. */
export function latestPrices(): Prices {
  const name = readdirSync(folder)
    .filter((file) => /^\d{4}-\d\d-\d\d\.json$/.test(file))
    .sort()
    .at(-1);
  return JSON.parse(readFileSync(join(folder, name ?? "none"), "utf8"));
}
