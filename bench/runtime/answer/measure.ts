import { FunctionProcess } from "../lambda/function-process.ts";
import { median, percentile } from "../statistics.ts";
import { type Contender, deployedBundle, floor, others, ours } from "./contenders.ts";
import { requests } from "./requests.ts";
import { type Answers, answersOf, assertSame } from "./same-answers.ts";

/** What one way to answer costs: each figure is the median of the processes. */
export interface AnswerRow {
  contender: string;
  what: string;
  /** Minified, as deployed. */
  bundleBytes: number;
  /** To load the module. */
  loadMs: number;
  /** From the start of the process to its first answer. */
  firstAnswerMs: number;
  /** In the handler, after warm-up. */
  ownMs: { p50: number; p99: number };
  /** Over the Runtime API, after warm-up. */
  roundTripMs: { p50: number; p99: number };
  /** That one answer writes. */
  logBytes: number;
}

export interface AnswerResult {
  floor: AnswerRow;
  ours: AnswerRow;
  others: AnswerRow[];
  /** Of the function as it is deployed to the local stack, with all of its flows. */
  deployedBytes: number;
  settings: AnswerSettings;
}

export interface AnswerSettings {
  /** Fresh processes of each contender, which take turns, so that whatever else the machine does meets all of them. */
  starts: number;
  /** The first of them that go on after their first answer. */
  warmStarts: number;
  /** Answers of such a process before the ones that are measured. */
  warmUp: number;
  measured: number;
}

type Start = Pick<AnswerRow, "loadMs" | "firstAnswerMs">;
type Warm = Pick<AnswerRow, "ownMs" | "roundTripMs" | "logBytes">;
const environment = { VOICE_STACK: "bench" };

/** Measures all ways to answer, after it has made sure that they answer alike. */
export async function measureAnswer(settings: AnswerSettings): Promise<AnswerResult> {
  const contenders = [floor, ours, ...others] as const;
  const bundles = await Promise.all(contenders.map((contender) => contender.bundle()));
  await assertSameAnswers(contenders, bundles);

  const starts = contenders.map((): Start[] => []);
  const warm = contenders.map((): Warm[] => []);
  for (let turn = 0; turn < settings.starts; turn++) {
    for (let place = 0; place < bundles.length; place++) {
      // Each is first in its turn as often as the others: whoever begins has the coldest caches.
      const index = (turn + place) % bundles.length;
      await using started = await FunctionProcess.start(bundles[index] ?? "", environment);
      starts[index]?.push(await measureStart(started));
      if (turn < settings.warmStarts) warm[index]?.push(await measureWarm(started, settings));
    }
  }
  const row = ({ name, what }: Contender, index: number): AnswerRow => {
    const bundleBytes = Buffer.byteLength(bundles[index] ?? "");
    return { contender: name, what, bundleBytes, ...middle(starts[index] ?? [], warm[index] ?? []) };
  };
  const deployedBytes = Buffer.byteLength(await deployedBundle());
  return {
    floor: row(floor, 0),
    ours: row(ours, 1),
    others: others.map((contender, index) => row(contender, index + 2)),
    deployedBytes,
    settings,
  };
}

async function assertSameAnswers(contenders: readonly Contender[], bundles: readonly string[]): Promise<void> {
  const answers = new Map<string, Answers>();
  for (const [index, { name }] of contenders.entries()) {
    if (name === floor.name) continue;
    await using started = await FunctionProcess.start(bundles[index] ?? "", environment);
    answers.set(name, await answersOf(started));
  }
  const expected = answers.get(ours.name) ?? {};
  for (const { name } of others) assertSame(name, answers.get(name) ?? {}, expected);
}

async function measureStart(started: FunctionProcess): Promise<Start> {
  const loadMs = await started.loadMs;
  await started.invoke(requests.start);
  return { loadMs, firstAnswerMs: performance.now() - started.started };
}

async function measureWarm(started: FunctionProcess, { warmUp, measured }: AnswerSettings): Promise<Warm> {
  const events = Object.values(requests);
  const invoke = (count: number) => started.invoke(events[count % events.length]);
  for (let count = 0; count < warmUp; count++) await invoke(count);

  const logged = await started.logBytes();
  const own: number[] = [];
  const roundTrip: number[] = [];
  for (let count = 0; count < measured; count++) {
    const { ownMs, totalMs } = await invoke(count);
    own.push(ownMs);
    roundTrip.push(totalMs);
  }
  const logBytes = ((await started.logBytes()) - logged) / measured;
  return { ownMs: percentiles(own), roundTripMs: percentiles(roundTrip), logBytes };
}

const percentiles = (values: number[]) => ({ p50: percentile(values, 50), p99: percentile(values, 99) });

function middle(starts: readonly Start[], warm: readonly Warm[]): Start & Warm {
  const of = (figure: (process: Warm) => number) => median(warm.map(figure));
  return {
    loadMs: median(starts.map(({ loadMs }) => loadMs)),
    firstAnswerMs: median(starts.map(({ firstAnswerMs }) => firstAnswerMs)),
    ownMs: { p50: of(({ ownMs }) => ownMs.p50), p99: of(({ ownMs }) => ownMs.p99) },
    roundTripMs: { p50: of(({ roundTripMs }) => roundTripMs.p50), p99: of(({ roundTripMs }) => roundTripMs.p99) },
    logBytes: of(({ logBytes }) => logBytes),
  };
}
