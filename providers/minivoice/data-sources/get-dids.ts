import * as pulumi from "@pulumi/pulumi";
import { type DidFound, findDids } from "../lifecycle/lookup.ts";
import { ask } from "./account.ts";

export interface GetDidsResult {
  /** In the order of the API. */
  dids: DidFound[];
}

/**
 * Every number of the account, as it is live while the program runs. Only where the account can list its numbers
 * (`minivoice:capabilities` is `managed`).
 *
 * @throws pulumi.RunError when the account cannot list
 * @example
 * const { dids } = await getDids();
 * export const unassigned = dids.filter(({ applicationId }) => !applicationId).map(({ number }) => number);
 */
export const getDids = (): Promise<GetDidsResult> =>
  ask("getDids", async (context) => ({ dids: await findDids(context) }));

/** As {@link getDids}, as an output. */
export const getDidsOutput = (): pulumi.Output<GetDidsResult> => pulumi.output(getDids());
