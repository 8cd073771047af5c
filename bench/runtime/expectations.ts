import type { Expectation } from "../shared/markdown.ts";
import type { AnswerResult } from "./answer/measure.ts";
import type { PipelineResult } from "./pipeline/measure.ts";

const MAX_BUNDLE_BYTES = 30_000;
const MAX_LOAD_SHARE = 1 / 4;
const MAX_P99_MS = 1;

export function answerExpectations({ floor, ours, others, deployedBytes }: AnswerResult): Expectation[] {
  const nearest = others.reduce((least, row) => (row.loadMs < least.loadMs ? row : least));
  const share = ours.loadMs / nearest.loadMs;
  const beyondFloor = (ours.loadMs - floor.loadMs) / (nearest.loadMs - floor.loadMs);
  const percent = (value: number) => `${Math.round(value * 100)} %`;
  return [
    {
      expected: `a bundle below ${MAX_BUNDLE_BYTES.toLocaleString("en")} bytes, all flows of the local stack in it`,
      found: `${deployedBytes.toLocaleString("en")} bytes`,
      holds: deployedBytes < MAX_BUNDLE_BYTES,
    },
    {
      expected: "a module that loads in less than a quarter of the time of the nearest other",
      found:
        `${percent(share)} of ${nearest.contender}; ${percent(beyondFloor)} of it without ` +
        `the ${floor.loadMs.toFixed(1)} ms that an empty module takes`,
      holds: share < MAX_LOAD_SHARE,
    },
    {
      expected: `99 of 100 answers in less than ${MAX_P99_MS} ms of its own time`,
      found: `${ours.ownMs.p99.toFixed(2)} ms`,
      holds: ours.ownMs.p99 < MAX_P99_MS,
    },
  ];
}

export function pipelineExpectations(result: PipelineResult): Expectation[] {
  const { events, deliveries, accepted, recorded, missing, doubled, deadLetters } = result;
  const count = (value: number) => value.toLocaleString("en");
  return [
    {
      expected: "every delivery is accepted",
      found: `${count(accepted)} of ${count(deliveries)}`,
      holds: accepted === deliveries,
    },
    {
      expected: "every accepted event is recorded, none twice",
      found: `${count(recorded)} of ${count(events)}, ${count(missing)} missing, ${count(doubled)} twice`,
      holds: recorded === events && missing === 0 && doubled === 0,
    },
    { expected: "no dead letter", found: count(deadLetters), holds: deadLetters === 0 },
  ];
}
