import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CallRecord } from "../sandbox/control-client.ts";
import type { PlacedCalls } from "./local-calls.ts";
import { PATHS, type Path } from "./planned-calls.ts";

/**
 * A call that worked, kept for regression tests: what was asked and what was answered. Hosts, IDs, keys of applications and
 * numbers of callers are replaced, so that it is the same on every machine.
 */
export interface CallFixture {
  flow: string;
  path: Path;
  /** What the caller pressed at each question. */
  press: string[];
  exchanges: {
    /** The address is `/answer/<flow>[/<choice>]`. */
    request: { method: string; path: string; parameters: Record<string, string>; in: "query" | "form" | "json" };
    answer: { actions: unknown[] };
  }[];
  /** What `call.gathered` told. */
  gathered: Record<string, unknown>[];
}

/** The host that stands for whatever answers. */
export const FIXTURE_HOST = "answers.example.com";

/** Fictitious numbers in place of those of the call. */
const stand = { call: "call_1", from: "+15550100199", to: "+15550100100" };

/** The fixtures of the calls that were placed to one application, by path. */
export function fixturesOf({ application, calls }: PlacedCalls): CallFixture[] {
  const { key, flow = key } = application;
  return PATHS.flatMap((path) => {
    const placed = calls[path];
    return placed ? [fixtureOf({ flow, path, press: placed.plan.press }, key, placed.call)] : [];
  });
}

function fixtureOf(about: Pick<CallFixture, "flow" | "path" | "press">, key: string, call: CallRecord): CallFixture {
  const { id, from, to } = call.wire;
  const standIns = new Map([
    [id, stand.call],
    [from, stand.from],
    [to, stand.to],
  ]);
  const pathOf = (url: URL) => url.pathname.replace(/^.*\/answer\/[^/]+/, `/answer/${about.flow}`);
  const exchanges = call.transcript.flatMap((entry) => {
    if (entry.kind !== "fetched" || entry.answer === undefined) return [];
    const asked = new URL(entry.url);
    const ours = `/answer/${key}`;
    const answer = JSON.parse(entry.answer, (name, value: unknown) => {
      const url = name === "url" && typeof value === "string" ? URL.parse(value) : null;
      return url?.origin === asked.origin && url.pathname.includes(ours)
        ? `https://${FIXTURE_HOST}${pathOf(url)}`
        : value;
    });
    const parameters = Object.entries(entry.sent).map(([name, value]) => [name, standIns.get(value) ?? value]);
    const request = {
      method: entry.method,
      path: pathOf(asked),
      parameters: Object.fromEntries(parameters),
      in: entry.sentIn,
    };
    return [{ request, answer }];
  });
  const gathered = call.deliveries.flatMap(({ event, body }) => {
    if (event !== "call.gathered") return [];
    const { event_key: _key, ...data } = (JSON.parse(body) as { data: Record<string, unknown> }).data;
    return [data];
  });
  return { ...about, exchanges, gathered };
}

/**
 * Writes `<folder>/<flow>/<path>.json` for each fixture.
 *
 * @returns the files, and whether each of them changed.
 */
export function writeFixtures(folder: string, fixtures: readonly CallFixture[]): { file: string; changed: boolean }[] {
  return fixtures.map((fixture) => {
    const file = join(folder, fixture.flow, `${fixture.path}.json`);
    const text = `${JSON.stringify(fixture, null, 2)}\n`;
    if (textOf(file) === text) return { file, changed: false };
    mkdirSync(join(folder, fixture.flow), { recursive: true });
    // Written aside and renamed: a reader sees the old call or the new one, never half of it.
    const aside = `${file}.${process.pid}.tmp`;
    writeFileSync(aside, text);
    renameSync(aside, file);
    return { file, changed: true };
  });
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
