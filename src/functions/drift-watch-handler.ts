import type { Context as Invocation } from "aws-lambda";
import { ConfigurationError } from "pulumi-minivoice/api";
import type { Context } from "pulumi-minivoice/lifecycle";
import { compare } from "../drift/compare.ts";
import { parsePicture } from "../drift/expected-picture.ts";
import { CouldNotCheck, readLive } from "../drift/live.ts";
import type { DriftReport, ObjectReport } from "../drift/report.ts";
import { ExplainedError } from "../webhooks/explained-error.ts";
import { type Log, logged } from "./log.ts";
import type { Counts } from "./metrics.ts";

/** Reads the expected picture; `version` is another one after each deployment that changed it. */
export type ReadPicture = () => Promise<{ text: string; version: string | undefined }>;

/** What the watch needs from the world; the entry point supplies the real things. */
export interface DriftWatchOptions {
  stack: string;
  readPicture: ReadPicture;
  /** Opens the account with a client that only reads; the watch closes it. */
  openAccount: () => Promise<Context>;
  /** Takes what is counted. */
  count: (counts: Counts) => void;
  log: Log;
  now?: () => Date;
}

/** Time that is left to say what became of a check, before Lambda ends it. */
const LAST_WORDS_MS = 5_000;
/** Objects that the log tells of by themselves; a table that was emptied has ten thousand. */
const MOST_TOLD = 100;

/**
 * Makes the Lambda handler that compares what a stack has deployed with its account, on a schedule.
 *
 * Every object is counted as in sync, drifted, missing or unknown, and the check itself is counted: what cannot be checked
 * counts in nothing and fails, so that silence is never taken for "all is well".
 *
 * @example export const handler = createDriftWatch({ stack, readPicture, openAccount, count, log });
 */
export function createDriftWatch({
  stack,
  readPicture,
  openAccount,
  count,
  log,
  now = () => new Date(),
}: DriftWatchOptions): (event?: unknown, invocation?: Invocation) => Promise<Counts> {
  async function check(account: Context, text: string): Promise<DriftReport> {
    const expected = parsePicture(text);
    const live = await readLive(account, {
      numbers: expected.routes.keys(),
      customers: [...expected.applications.values()].flatMap(({ customerId }) => customerId ?? []),
      part: true,
    });
    return compare(undefined, expected, live, { stack, checkedAt: now(), part: true });
  }

  async function checkLatest(account: Context): Promise<DriftReport> {
    const before = await readPicture();
    const report = await check(account, before.text);
    if (report.totals.inSync === report.objects.length) return report;
    // A deployment may have changed both while the account was read: that is no drift.
    const after = await readPicture();
    return after.version === before.version ? report : check(account, after.text);
  }

  return async (_event, invocation) => {
    const about = { request_id: invocation?.awsRequestId };
    try {
      const account = await openAccount();
      const left = (invocation?.getRemainingTimeInMillis() ?? Number.POSITIVE_INFINITY) - LAST_WORDS_MS;
      const timer = Number.isFinite(left)
        ? setTimeout(() => account.client.stop("the time limit of the function is near"), left)
        : undefined;
      const report = await checkLatest(account).finally(async () => {
        clearTimeout(timer);
        await account.client.close();
      });
      const counts = countsOf(report);
      tell(report, { ...about, ...counts }, log);
      count(counts);
      return counts;
    } catch (error) {
      const shown = explained(error);
      log.error("could not check", { ...about, ...logged(shown) });
      throw shown;
    }
  };
}

function countsOf({ objects, totals, incomplete }: DriftReport): Counts {
  return {
    DriftChecks: 1,
    ObjectsChecked: objects.length,
    ObjectsDrifted: totals.drifted,
    ObjectsMissing: totals.missing,
    ObjectsUnknown: totals.unknown + incomplete.length,
  };
}

function tell({ objects }: DriftReport, about: Record<string, unknown>, log: Log): void {
  const notInSync = objects.filter(({ status }) => status !== "inSync");
  for (const object of notInSync.slice(0, MOST_TOLD)) log.warn(object.status, told(object));
  log.info("checked", { ...about, ...(notInSync.length > MOST_TOLD && { not_told: notInSync.length - MOST_TOLD }) });
}

/** As a report shows it: applications by name, and of an answer URL no host. */
function told({ kind, key, name, fields, changedAt, why }: ObjectReport): Record<string, unknown> {
  const differing = fields.filter(({ status }) => status !== undefined && status !== "inSync");
  return {
    kind,
    key,
    name,
    fields: differing.map(({ field, recorded, live }) => ({ field, expected: recorded?.text, live: live?.text })),
    changed_at: changedAt,
    why,
  };
}

/** Messages of the client and of the comparison are made to be shown, secrets redacted. */
const explained = (error: unknown): unknown =>
  error instanceof CouldNotCheck || error instanceof ConfigurationError ? new ExplainedError(error.message) : error;
