import { type Duration, milliseconds } from "pulumi-minivoice/api";
import { type Alarm, counted } from "./alarms.ts";

/** The alarms of the watch over drift, by the name that the runbook has a section for. */
export type DriftAlarmName = "drifted" | "drift-unknown" | "drift-watch-stopped";

/** So many checks in a row may leave something open: an API that answers 5xx for a while is no matter for the night. */
const UNKNOWN_CHECKS = 4;

/**
 * The alarms of the watch. A period is the time from one check to the next. A check that did not come to its end says nothing
 * about the account, so the first two stay as they are, and the third one goes off.
 *
 * @param every - the time from one check to the next.
 */
export function driftAlarmsOf({ stack, every }: { stack: string; every: Duration }): Record<DriftAlarmName, Alarm> {
  const period = (milliseconds(every) ?? 0) / 1000;
  const query = (id: string, metricName: "ObjectsDrifted" | "ObjectsMissing") => {
    const { statistic: _, ...metric } = counted(stack, metricName);
    return { id, returnData: false, metric: { ...metric, metricName, stat: "Maximum", period } };
  };
  return {
    drifted: {
      means: "A live number or application is not as it was deployed: callers may reach somebody else, or nobody.",
      silence: "nothing was checked",
      args: {
        comparisonOperator: "GreaterThanOrEqualToThreshold",
        evaluationPeriods: 1,
        treatMissingData: "ignore",
        metricQueries: [
          query("drifted", "ObjectsDrifted"),
          query("missing", "ObjectsMissing"),
          { id: "objects", label: "drifted or missing", expression: "drifted + missing", returnData: true },
        ],
        threshold: 1,
      },
    },
    "drift-unknown": {
      means: `In ${UNKNOWN_CHECKS} checks in a row something could not be read: whether it drifted is not known.`,
      silence: "nothing was checked",
      args: {
        ...counted(stack, "ObjectsUnknown"),
        statistic: "Minimum",
        comparisonOperator: "GreaterThanOrEqualToThreshold",
        evaluationPeriods: UNKNOWN_CHECKS,
        treatMissingData: "ignore",
        period,
        threshold: 1,
      },
    },
    "drift-watch-stopped": {
      means: "The watch over drift has stopped: nobody would notice a route that somebody changes.",
      silence: "no check came to its end",
      args: {
        ...counted(stack, "DriftChecks"),
        comparisonOperator: "LessThanThreshold",
        evaluationPeriods: 1,
        treatMissingData: "breaching",
        period,
        threshold: 1,
      },
    },
  };
}
