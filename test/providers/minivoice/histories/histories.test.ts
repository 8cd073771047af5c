/**
 * Random histories of an account: programs, edits, renames, regroupings, drifts, faults and kills, over real HTTP.
 *
 * `npm test` runs a share, `npm run test:long` all of it. A failure prints seed and path; to see it again:
 *
 *   FC_SEED=-123 FC_PATH=4:0:1 npm test -- histories
 *
 * Exactly the same happens again where the history has one request at once, as half of them have, and what shrinking tries
 * first. With several, their order is nature's: repeat it.
 */
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { EngineInTest } from "./engine-in-test.ts";
import { histories, live, noFigures, type StartEngine } from "./history.ts";

const wanted = Number(process.env.HISTORIES ?? 150);

const startEngine: StartEngine = async ({ sandbox, capabilities, concurrency }) => {
  const engine = new EngineInTest();
  const account = {
    apiKey: sandbox.portalKey,
    baseUrl: sandbox.url,
    capabilities,
    concurrency,
    requestsPerSecond: 1e6,
    retries: 3,
    retryPause: "2 milliseconds",
    timeout: "2 seconds",
    readBackLimit: "60 milliseconds",
    say: () => undefined,
  } as const;
  return {
    up: (program, { refresh, onStart }) =>
      engine.up(program, { context: account, refresh, ...(onStart && { onStart }) }),
    resources: async () => engine.resources,
    close: async () => undefined,
  };
};

test(
  `random histories (${wanted}) end as declared, and no number is lost on the way`,
  async () => {
    const figures = noFigures();
    const started = performance.now();
    const seed = process.env.FC_SEED ? Number(process.env.FC_SEED) : Date.now() ^ (Math.random() * 0x1_0000_0000);
    await fc.assert(
      fc.asyncProperty(histories(5), (history) => live(history, startEngine, figures)),
      { numRuns: wanted, seed, ...(process.env.FC_PATH && { path: process.env.FC_PATH }) },
    );
    if (process.env.HISTORIES)
      console.info(JSON.stringify({ seed, seconds: Math.round((performance.now() - started) / 1_000), ...figures }));
    expect(figures.histories).toBeGreaterThan(0);
  },
  60 * 60_000,
);
