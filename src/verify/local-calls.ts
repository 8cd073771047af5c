import { setTimeout as sleep } from "node:timers/promises";
import type { CompiledFlow } from "../call-flow/compile.ts";
import type { CallRecord, SandboxControl } from "../sandbox/control-client.ts";
import type { DeployedApplication } from "./deployed.ts";
import { PATHS, type Path, type PlannedCall, planCalls } from "./planned-calls.ts";
import type { RecordedEvent } from "./recorded-calls.ts";
import type { Finding } from "./report.ts";
import { judgeCall } from "./three-paths.ts";

/** The calls that were placed to one application. */
export interface PlacedCalls {
  application: DeployedApplication;
  flow: CompiledFlow;
  /** `undefined` for a path that the flow does not have. */
  calls: Record<Path, { plan: PlannedCall; call: CallRecord } | undefined>;
}

/**
 * Calls an application through the sandbox, once on each path.
 *
 * @throws SandboxError
 */
export async function placeCalls(
  control: Pick<SandboxControl, "placeCall">,
  { application, flow, number }: { application: DeployedApplication; flow: CompiledFlow; number: string },
  signal: AbortSignal,
): Promise<PlacedCalls> {
  const plans = planCalls(flow);
  const calls: PlacedCalls["calls"] = { normal: undefined, invalid: undefined, timeout: undefined };
  for (const path of PATHS) {
    signal.throwIfAborted();
    const plan = plans[path];
    if (plan) calls[path] = { plan, call: await control.placeCall({ to: number, press: plan.press }) };
  }
  return { application, flow, calls };
}

/** Point 6 on a local stack: what became of the three calls. */
export const judgePlacedCalls = ({ application, flow, calls }: PlacedCalls): Finding[] =>
  PATHS.map((path): Finding => {
    const subject = `${application.key}, ${path}`;
    const placed = calls[path];
    if (placed) return { subject, ...judgeCall(flow, placed.plan, application.id, placed.call) };
    const why = flow.start.choice === undefined ? "the flow asks nothing" : "every key means something there";
    return { subject, outcome: "passed", text: `there is no such path: ${why}` };
  });

/** How long recording may lag behind the acceptance: a queue lies between. */
const RECORDED_WITHIN_MS = 20_000;
const POLL_MS = 200;

/** Point 5 on a local stack: whether the events that were accepted are recorded under the ID of their call. */
export async function checkPlacedRecords(
  { application: { key }, calls }: PlacedCalls,
  eventsOf: (callId: string) => Promise<RecordedEvent[]>,
  { signal, withinMs = RECORDED_WITHIN_MS }: { signal: AbortSignal; withinMs?: number },
): Promise<Finding> {
  const placed = Object.values(calls).flatMap((each) => (each ? [each.call] : []));
  const deadline = Date.now() + withinMs;
  let events = 0;
  for (const { wire, startedAt, deliveries } of placed) {
    const accepted = deliveries.filter(({ state }) => state === "accepted").length;
    let recorded = (await eventsOf(wire.id)).length;
    while (recorded < accepted && Date.now() < deadline) {
      await sleep(POLL_MS, undefined, { signal });
      recorded = (await eventsOf(wire.id)).length;
    }
    const evidence = { at: startedAt, callId: wire.id, expected: `${accepted} events`, found: `${recorded} events` };
    if (accepted === 0) return { subject: key, outcome: "failed", text: "no event of the call was accepted", evidence };
    if (recorded < accepted)
      return { subject: key, outcome: "failed", text: "events that were accepted are not recorded", evidence };
    events += recorded;
  }
  const last = placed.at(-1);
  return {
    subject: key,
    outcome: "passed",
    text: `${events} events of ${placed.length} calls recorded under their call IDs`,
    ...(last && { evidence: { at: last.startedAt, callId: last.wire.id } }),
  };
}
