import * as pulumi from "@pulumi/pulumi";
import { type ApplicationFound, type ApplicationQuery, findApplication } from "../lifecycle/lookup.ts";
import { ask } from "./account.ts";

/** Exactly one of `name` and `id`. */
export type GetApplicationArgs = ApplicationQuery;
/** Exactly one of `name` and `id`. */
export type GetApplicationOutputArgs =
  | { name: pulumi.Input<string>; id?: never }
  | { id: pulumi.Input<string>; name?: never };
export type GetApplicationResult = ApplicationFound;

/**
 * An application that this program does not manage, by its name or its id, as it is live while the program runs.
 *
 * @throws pulumi.RunError when there is none, or several of that name
 * @example
 * const { applicationId } = await getApplication({ name: "Front desk" });
 * new DidRoute("main-line", { number: "+15551230001", applicationId });
 */
export const getApplication = (args: GetApplicationArgs): Promise<GetApplicationResult> =>
  ask("getApplication", (context) => findApplication(context, args));

/** As {@link getApplication}, for arguments that are outputs. Unknown in a preview as long as they are. */
export const getApplicationOutput = (args: GetApplicationOutputArgs): pulumi.Output<GetApplicationResult> =>
  pulumi.output(args as pulumi.Input<GetApplicationArgs>).apply(getApplication);
