import * as pulumi from "@pulumi/pulumi";
import { type DidFound, type DidQuery, findDid } from "../lifecycle/lookup.ts";
import { ask } from "./account.ts";

/** Exactly one of `number` (E.164) and `id`. */
export type GetDidArgs = DidQuery;
/** Exactly one of `number` (E.164) and `id`. */
export type GetDidOutputArgs =
  | { number: pulumi.Input<string>; id?: never }
  | { id: pulumi.Input<string>; number?: never };
export type GetDidResult = DidFound;

/**
 * A number of the account and where its calls go, by the number or by its id, as it is live while the program runs.
 *
 * @throws pulumi.RunError when the account has no such number
 * @example
 * const { mode, applicationId } = await getDid({ number: "+15551230001" });
 */
export const getDid = (args: GetDidArgs): Promise<GetDidResult> => ask("getDid", (context) => findDid(context, args));

/** As {@link getDid}, for arguments that are outputs. Unknown in a preview as long as they are. */
export const getDidOutput = (args: GetDidOutputArgs): pulumi.Output<GetDidResult> =>
  pulumi.output(args as pulumi.Input<GetDidArgs>).apply(getDid);
