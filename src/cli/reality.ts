import type { Context } from "pulumi-minivoice/lifecycle";
import { compare } from "../drift/compare.ts";
import { CouldNotCheck, readLive } from "../drift/live.ts";
import { nameApplications } from "../drift/names.ts";
import { recordedIn } from "../drift/recorded.ts";
import type { FieldReport, ObjectReport } from "../drift/report.ts";
import { CouldNotReview } from "../review/could-not-review.ts";
import type { LiveDifference, Reality } from "../review/reality.ts";
import { lookAtNewNumbers, newNumbersIn, type Planned } from "./new-numbers.ts";

/**
 * Reads an account as `minivoice drift` does, and holds it against what was deployed: whatever the code says now, a review is
 * about changes of that. Of what is new in the code, the numbers are read, for they may be in use.
 *
 * @param exported - the state, as `pulumi stack export` writes it.
 * @param planned - what the engine would change in that.
 * @throws CouldNotReview where the account cannot be reached, or one of the numbers cannot be read.
 */
export async function readReality(account: Context, exported: unknown, planned: Planned): Promise<Reality> {
  const recorded = recordedIn(exported);
  const added = [...newNumbersIn(planned).keys()];
  const numbers = [...recorded.routes.keys(), ...added];
  if (recorded.applications.size + numbers.length === 0) return { differences: [], newNumbers: [], unread: [] };
  const customers = [...recorded.applications.values()].flatMap(({ customerId }) => customerId ?? []);
  const live = await readLive(account, { numbers, customers }).catch((error: unknown) => {
    if (!(error instanceof CouldNotCheck)) throw error;
    throw new CouldNotReview(`--live: the account cannot be read (${error.message}): ${wayOut}`);
  });
  const { objects } = compare(undefined, recorded, live, { stack: "", checkedAt: new Date() });
  const unread = objects.filter(({ status }) => status === "unknown");
  const [number, ...more] = [
    ...unread.filter(({ kind }) => kind === "number"),
    ...added.flatMap((key) => {
      const reading = live.numbers.get(key);
      return reading && "unknown" in reading && !reading.foreign ? [{ key, why: reading.unknown }] : [];
    }),
  ];
  if (number)
    throw new CouldNotReview(
      `--live: ${number.key}${more.length > 0 ? ` and ${more.length} more` : ""} cannot be read in the account (${number.why}): ${wayOut}`,
    );
  return {
    differences: objects.filter(({ status }) => status === "drifted" || status === "missing").map(differenceOf),
    newNumbers: lookAtNewNumbers(planned, live, nameApplications(recorded, live)),
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
