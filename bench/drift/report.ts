import { type Circumstances, renderCircumstances } from "../shared/circumstances.ts";
import { type Expectation, renderExpectations, table } from "../shared/markdown.ts";
import { CONCURRENCY, contenders } from "./contenders.ts";
import type { Cost } from "./measure.ts";

export interface Row {
  contender: string;
  numbers: number;
  /** Milliseconds before the account looks at a request. */
  latencyMs: number;
  capabilities: "managed" | "documented";
  /** Absent: it did not end in time. */
  cost?: Cost;
}

export interface Results extends Circumstances {
  /** Each figure is the fastest of so many runs. */
  repeat: number;
  /** After this nobody waited any longer. */
  limitSeconds: number;
  rows: Row[];
}

/** What a list of numbers holds at most: the account of the bench has pages of this size. */
const PAGE = 1_000;
const MOST_MEMORY = 512;

/** The least seconds in which the account answers so many requests, as many at once as are allowed. */
export const boundOf = (requests: number, latencyMs: number): number => (requests * latencyMs) / CONCURRENCY / 1_000;

const count = (value: number): string => value.toLocaleString("en");

/** What is expected of our command, as far as this run measured it. */
export function expectationsOf({ rows }: Pick<Results, "rows">): Expectation[] {
  const [{ name }, { name: other }] = contenders;
  const ours = rows.filter(({ contender }) => contender === name);
  const requests = (capabilities: Row["capabilities"], said: string, wanted: (numbers: number) => number) => {
    const measured = ours.filter((row) => row.capabilities === capabilities && row.cost);
    return {
      expected: `${capabilities}: ${said}`,
      found: [...new Set(measured.map(({ cost }) => count(cost?.requests ?? 0)))].join(", "),
      holds: measured.every(({ numbers, cost }) => cost?.requests === wanted(numbers)),
    };
  };
  const slower = ours.flatMap((row) => {
    const same = rows.find(
      (one) =>
        one.contender === other &&
        one.numbers === row.numbers &&
        one.latencyMs === row.latencyMs &&
        one.capabilities === row.capabilities,
    );
    return same && row.cost && row.cost.seconds > (same.cost?.seconds ?? Number.POSITIVE_INFINITY)
      ? [`${count(row.numbers)} numbers, ${row.latencyMs} ms, ${row.capabilities}`]
      : [];
  });
  const largest = Math.max(0, ...ours.map(({ numbers }) => numbers));
  const most = ours.filter(({ numbers }) => numbers === largest);
  const peak = Math.max(0, ...most.flatMap(({ cost }) => cost?.peakMemory ?? []));
  return [
    requests("managed", "one request for the applications, and one a page", (numbers) => 1 + Math.ceil(numbers / PAGE)),
    requests("documented", "one request for the applications, and one a number", (numbers) => 1 + numbers),
    {
      expected: `never slower than ${other} on single resources`,
      found: slower.length > 0 ? `slower: ${slower.join("; ")}` : "never",
      holds: slower.length === 0,
    },
    {
      expected: `${count(largest)} numbers in less than ${MOST_MEMORY} MiB`,
      found: `${count(peak)} MiB`,
      holds: peak < MOST_MEMORY,
    },
  ];
}

/** The results as Markdown. */
export function renderReport(results: Results): string {
  const { rows, repeat, limitSeconds } = results;
  const lines = rows.map(({ contender, numbers, latencyMs, capabilities, cost }) => {
    const about = [contender, capabilities, count(numbers), latencyMs];
    if (!cost) return [...about, `not within ${limitSeconds} s`, "", "", "", ""];
    const { seconds, requests, peakMemory } = cost;
    const bound = boundOf(requests, latencyMs);
    return [
      ...about,
      seconds.toFixed(1),
      count(requests),
      bound.toFixed(1),
      (seconds - bound).toFixed(1),
      count(peakMemory),
    ];
  });
  const head = [
    ...["", "account", "numbers", "latency, ms", "seconds"],
    ...["API requests", "bound, seconds", "beyond it", "peak MiB"],
  ];
  const often = repeat === 1 ? "Each figure is one run." : `Each figure is the fastest of ${repeat} runs.`;
  return `${renderCircumstances(results)} ${often} The bound is requests × latency / ${CONCURRENCY}, the requests at once.

${renderExpectations(expectationsOf(results))}
${contenders.map(({ name, what }) => `- ${name}: ${what}.`).join("\n")}

${table(head, 2, lines)}`;
}
