import { describe, expect, test } from "@jest/globals";
import { type DriftAlarmName, driftAlarmsOf } from "../../infra/drift-alarms.ts";
import {
  type AlarmDefinition,
  type AlarmState,
  evaluateAlarm,
  type MetricSeries,
} from "../../providers/aws-local/daemon/cloudwatch/evaluate-alarm.ts";
import { metricAlarm } from "../../providers/aws-local/resources/metric-alarm.ts";
import { check } from "../providers/aws-local/checked.ts";

const MINUTE = 60_000;
const START = Date.UTC(2026, 10, 26, 0, 0, 0);

/** What one check counts; `undefined`: there was none. */
type Check = Readonly<Record<string, number>> | undefined;

const counted = (drifted = 0, missing = 0, unknown = 0): Check => ({
  DriftChecks: 1,
  ObjectsChecked: 40,
  ObjectsDrifted: drifted,
  ObjectsMissing: missing,
  ObjectsUnknown: unknown,
});
const healthy = counted();
const times = (count: number, check: Check): Check[] => Array.from({ length: count }, () => check);

/** The state after each check, evaluated every minute as CloudWatch does. A check ends half a minute after it was due. */
function story(
  alarm: DriftAlarmName,
  checks: readonly Check[],
  every: 1 | 15 | 1440 = 15,
  stack = "test",
): AlarmState[] {
  const definition = driftAlarmsOf({ stack: "test", every: `${every} minutes` })[alarm]
    .args as unknown as AlarmDefinition;
  const points = checks.flatMap((check, index) =>
    Object.entries(check ?? {}).map(([name, value]) => ({
      name,
      time: START + index * every * MINUTE + 30_000,
      value,
    })),
  );
  let state: AlarmState | undefined;
  return checks.map((_, index) => {
    for (let minute = 1; minute <= every; minute += Math.max(1, every / 15)) {
      const now = START + (index * every + minute) * MINUTE;
      state = evaluateAlarm(
        definition,
        seriesOf(
          points.filter(({ time }) => time < now),
          stack,
        ),
        now,
        state,
      );
    }
    return state ?? "INSUFFICIENT_DATA";
  });
}

function seriesOf(points: readonly { name: string; time: number; value: number }[], stack: string): MetricSeries[] {
  return [...Map.groupBy(points, ({ name }) => name)].map(([metricName, of]) => ({
    ...{ namespace: "MiniVoice/Voice", metricName, dimensions: { stack } },
    points: of,
  }));
}

const last = (states: readonly AlarmState[]) => states.at(-1);

describe.each([1, 15, 1440] as const)("checked every %d minutes,", (every) => {
  test("an account that is as it was deployed raises no alarm", () => {
    for (const alarm of ["drifted", "drift-unknown", "drift-watch-stopped"] as const)
      expect(new Set(story(alarm, times(9, healthy), every))).toEqual(new Set(["OK"]));
  });

  test.each([
    ["that drifted", counted(1)],
    ["that is missing", counted(0, 1)],
  ])("an object %s raises `drifted` with the check that sees it, until one sees it in place", (_, bad) => {
    const states = story("drifted", [...times(3, healthy), bad, bad, ...times(3, healthy)], every);
    expect(states.slice(2, 5)).toEqual(["OK", "ALARM", "ALARM"]);
    expect(last(states)).toBe("OK");
  });

  test("what cannot be read raises `drift-unknown` when it lasts, and is no drift", () => {
    const bad = counted(0, 0, 2);
    const lasts = [...times(5, healthy), ...times(4, bad)];
    expect(last(story("drift-unknown", lasts.slice(0, -1), every))).toBe("OK");
    expect(last(story("drift-unknown", lasts, every))).toBe("ALARM");
    expect(last(story("drifted", lasts, every))).toBe("OK");
    expect(last(story("drift-unknown", [...lasts, ...times(5, healthy)], every))).toBe("OK");
  });

  test("a check that stops raises `drift-watch-stopped`, and its return ends it", () => {
    const stopped = [...times(5, healthy), ...times(4, undefined)];
    expect(last(story("drift-watch-stopped", stopped, every))).toBe("ALARM");
    expect(last(story("drift-watch-stopped", [...stopped, ...times(2, healthy)], every))).toBe("OK");
  });

  test("one check that fails is no alarm: Lambda tries it again, and so does the schedule", () => {
    const states = story("drift-watch-stopped", [...times(4, healthy), undefined, ...times(4, healthy)], every);
    expect(new Set(states)).toEqual(new Set(["OK"]));
  });
});

test("a check that stops ends no alarm: silence is not taken for an account in order", () => {
  expect(last(story("drifted", [healthy, counted(1), ...times(20, undefined)]))).toBe("ALARM");
  expect(last(story("drift-unknown", [...times(5, counted(0, 0, 1)), ...times(20, undefined)]))).toBe("ALARM");
});

test("a watch that never ran has stopped", () => {
  expect(last(story("drift-watch-stopped", times(4, undefined)))).toBe("ALARM");
});

test("the checks of another stack count for nothing", () => {
  expect(last(story("drift-watch-stopped", times(9, healthy), 15, "another"))).toBe("ALARM");
  expect(last(story("drifted", times(9, counted(1)), 15, "another"))).not.toBe("ALARM");
});

test("AWS takes the alarms, for the shortest time between two checks and for the longest", () => {
  for (const every of ["1 minute", "1440 minutes"] as const)
    for (const { args } of Object.values(driftAlarmsOf({ stack: "test", every })))
      expect(check(metricAlarm.token, { name: "watch", actionsEnabled: true, ...args }).failures).toEqual([]);
});
