import type { Did, RouteChange } from "../api/schema.ts";

/** Where inbound calls to a number go. There is no default: nobody takes a number out of service by leaving a field out. */
export type Target = { applicationId: string } | { mode: "reject" };

/** Out of service means reject *and* no application: one that a rejecting number still carries could never be deleted. */
export const outOfService: RouteChange = { route_mode: "reject", application_id: null };

export const changeTo = (target: Target): RouteChange =>
  "mode" in target ? outOfService : { route_mode: "webhook", application_id: target.applicationId };

export const routesTo = (live: Did, target: Target): boolean =>
  "mode" in target
    ? live.route_mode === "reject" && !live.application_id
    : live.route_mode === "webhook" && live.application_id === target.applicationId;

/** A table's entry for a target: an application id, or `reject`, which is therefore no id. */
export const targetOf = (entry: string): Target => (entry === "reject" ? { mode: "reject" } : { applicationId: entry });

export const describeTarget = (target: Target): string => ("mode" in target ? "reject" : target.applicationId);

/**
 * A table's entry for what is live. What no program can declare gets words that equal no declaration, so that it shows as
 * a difference: a number without application, or one that rejects and still carries an application.
 */
export function describeLive(live: Did): string {
  const { route_mode: mode, application_id: applicationId } = live;
  if (mode === "webhook") return applicationId ?? "unassigned";
  return applicationId ? `${mode}${carrying}${applicationId}` : mode;
}

const carrying = ", still carrying ";

/** The application in such an entry, if there is one. */
export function applicationIn(entry: string | undefined): string | undefined {
  if (entry === undefined || entry === "reject" || entry === "unassigned") return undefined;
  return entry.split(carrying)[1] ?? entry;
}
