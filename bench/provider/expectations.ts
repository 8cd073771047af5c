import type { Expectation } from "../shared/markdown.ts";
import type { Cost, Operation } from "./measure.ts";
import { didRouteTable, floor } from "./programs.ts";
import type { Results } from "./report.ts";

const MAX_TIMES_FLOOR = 2;
const MAX_BYTES_A_NUMBER = 120;
/** Ten times the numbers may take ten times as long, and a little for what the machine does beside. */
const MAX_GROWTH = 12;
const PAGE = 1_000;

/** What is expected of a table, as far as this run measured it. */
export function expectationsOf({ rows, api }: Results): Expectation[] {
  const of = (contender: string, numbers: number, operation: Operation): Cost | undefined =>
    rows.find((row) => row.contender === contender && row.numbers === numbers)?.costs[operation];
  const table = (numbers: number, operation: Operation) => of(didRouteTable.name, numbers, operation);
  const beyondFloor = (numbers: number, operation: Operation) =>
    (table(numbers, operation)?.seconds ?? Number.NaN) - (of(floor.name, numbers, operation)?.seconds ?? Number.NaN);

  const sizes = rows.filter(({ contender }) => contender === didRouteTable.name).map(({ numbers }) => numbers);
  const expectations: Expectation[] = [];
  const expect = (expected: string, found: string, holds: boolean) => expectations.push({ expected, found, holds });
  const middle = 10_000;
  const [up, empty] = [table(middle, "up"), of(floor.name, middle, "up")];
  if (up && empty) {
    const times = (up.seconds - (api[middle] ?? 0)) / empty.seconds;
    expect(
      `a first up of 10,000 numbers within ${MAX_TIMES_FLOOR} times the floor, plus the API's own time`,
      `${times.toFixed(1)} times, plus ${api[middle]?.toFixed(1)} s of the API`,
      times <= MAX_TIMES_FLOOR,
    );
    const bytes = (up.stateBytes - empty.stateBytes) / middle;
    expect(
      `less than ${MAX_BYTES_A_NUMBER} bytes of state a number`,
      `${bytes.toFixed(0)}`,
      bytes < MAX_BYTES_A_NUMBER,
    );
  }
  if (sizes.includes(middle) && sizes.includes(10 * middle))
    for (const operation of ["up", "no-op preview", "refresh"] as const) {
      const growth = beyondFloor(10 * middle, operation) / beyondFloor(middle, operation);
      expect(
        `linear growth from 10,000 to 100,000 numbers: ${operation}, without the floor`,
        `${growth.toFixed(1)} times the time for ten times the numbers`,
        growth <= MAX_GROWTH,
      );
    }
  for (const [operation, said, wanted] of [
    ["no-op preview", "no request", () => 0],
    ["refresh", "one request a page", (numbers: number) => Math.ceil(numbers / PAGE)],
    ["change of one number", "3 requests", () => 3],
  ] as const) {
    const counts = sizes.map((numbers) => [numbers, table(numbers, operation)?.requests] as const);
    expect(
      `${operation}: ${said}, whatever the size`,
      counts.map(([, count]) => count?.toLocaleString("en")).join(", "),
      counts.every(([numbers, count]) => count === wanted(numbers)),
    );
  }
  return expectations;
}
