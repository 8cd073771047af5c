import { type DidFound, describeLive, routesTo, targetOf } from "pulumi-minivoice/lifecycle";
import type { Live, LiveAccount } from "./live-account.ts";
import type { Finding } from "./report.ts";

/** Looks at this many numbers at a time; the client has its own, lower limits. */
const WIDTH = 64;

/** Point 3: whether every number of the stack routes where the stack declares. */
export async function checkRoutes(
  routes: ReadonlyMap<string, string>,
  nameOf: (applicationId: string) => string,
  account: Pick<LiveAccount, "number">,
): Promise<Finding[]> {
  const findings = new Map<string, Finding>();
  const rest = routes.entries();
  await Promise.all(
    Array.from({ length: Math.min(WIDTH, routes.size) }, async () => {
      for (const [number, target] of rest)
        findings.set(number, judgeRoute(number, target, await account.number(number), nameOf));
    }),
  );
  return [...routes.keys()].flatMap((number) => findings.get(number) ?? []);
}

/**
 * Judges one number.
 *
 * @param target - the id of the application that it is declared to route to, or `reject`.
 * @param nameOf - what people call an application.
 */
export function judgeRoute(
  number: string,
  target: string,
  live: Live<DidFound>,
  nameOf: (applicationId: string) => string,
): Finding {
  if ("unknown" in live) return { subject: number, outcome: "unchecked", text: live.unknown };
  const expected = target === "reject" ? "reject" : nameOf(target);
  if ("missing" in live) {
    const text = "is not a number of this account: its callers reach nobody";
    return { subject: number, outcome: "failed", text, evidence: { expected, found: "no such number" } };
  }
  const { didId, mode, applicationId, status } = live.found;
  const did = { id: didId, number_e164: number, route_mode: mode, application_id: applicationId };
  if (routesTo(did, targetOf(target))) {
    const note = status && status !== "active" ? { note: `MiniVoice says that the number is ${status}` } : {};
    return { subject: number, outcome: "passed", text: `→ ${expected}`, ...note };
  }
  const found = applicationId !== undefined && mode === "webhook" ? nameOf(applicationId) : describeLive(did);
  return {
    subject: number,
    outcome: "failed",
    text: `goes to ${found} instead of ${expected}: put it back with minivoice up -- --refresh`,
    evidence: { path: "application_id, route_mode", expected, found },
  };
}
