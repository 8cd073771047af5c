import type { Context } from "pulumi-minivoice/lifecycle";
import { compare } from "../drift/compare.ts";
import { CouldNotCheck, readLive } from "../drift/live.ts";
import { recordedIn } from "../drift/recorded.ts";
import type { FieldReport, ObjectReport } from "../drift/report.ts";
import { CouldNotReview } from "../review/could-not-review.ts";
import type { LiveDifference, Reality } from "../review/reality.ts";

/**
 * Reads an account as `minivoice drift` does, and holds it against what was deployed: whatever the code says now, a review is
 * about changes of that.
 *
 * @param exported - the state, as `pulumi stack export` writes it.
 * @throws CouldNotReview where the account cannot be reached, or one of the numbers cannot be read.
 */
export async function readReality(account: Context, exported: unknown): Promise<Reality> {
  const recorded = recordedIn(exported);
  if (recorded.applications.size + recorded.routes.size === 0) return { differences: [], unread: [] };
  const customers = [...recorded.applications.values()].flatMap(({ customerId }) => customerId ?? []);
  const live = await readLive(account, { numbers: recorded.routes.keys(), customers }).catch((error: unknown) => {
    if (!(error instanceof CouldNotCheck)) throw error;
    throw new CouldNotReview(`--live: the account cannot be read (${error.message}): ${wayOut}`);
  });
  const { objects } = compare(undefined, recorded, live, { stack: "", checkedAt: new Date() });
  const unread = objects.filter(({ status }) => status === "unknown");
  const [number, ...more] = unread.filter(({ kind }) => kind === "number");
  if (number)
    throw new CouldNotReview(
      `--live: ${number.key}${more.length > 0 ? ` and ${more.length} more` : ""} cannot be read in the account (${number.why}): ${wayOut}`,
    );
  return {
    differences: objects.filter(({ status }) => status === "drifted" || status === "missing").map(differenceOf),
    unread: unread.map(({ name, key, why }) => `${name ?? key}: ${why}`),
  };
}

const wayOut = "review again when it answers, or without --live";

const differenceOf = ({ kind, key, name, status, fields }: ObjectReport): LiveDifference => ({
  kind: kind === "number" ? "number" : "application",
  subject: key,
  name: name ?? key,
  fields: status === "missing" ? [] : fields.filter((field) => field.status === "drifted").map(sidesOf),
});

const sidesOf = ({ field, recorded, live }: FieldReport): LiveDifference["fields"][number] => ({
  field,
  ...(recorded && { deployed: recorded.text }),
  ...(live && { live: live.text }),
});
