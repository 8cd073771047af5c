import { compileAnswers } from "../call-flow/compile.ts";
import type { NumberMove } from "../review/pinned/pinned-review.ts";
import { arrivalOf } from "../review/pinned/standings.ts";
import { checkAnswers } from "../verify/answers.ts";
import type { DeployedApplication } from "../verify/deployed.ts";
import { actionsOf } from "../verify/planned-calls.ts";
import type { Finding } from "../verify/report.ts";
import { RecordedCalls } from "../webhooks/recorded-calls.ts";
import { plural } from "./apply-screen.ts";
import { withAws } from "./aws-clients.ts";
import { messageOf } from "./cli-error.ts";
import { pipelineOf } from "./deployed-pipeline.ts";
import { readRoutes } from "./live-routes.ts";
import type { PinnedStack } from "./pinned-stack.ts";
import { readState } from "./stack-state.ts";
import type { StackWorkspace } from "./stack-workspace.ts";

/** Calls that are looked at; a canary is a handful of numbers. */
const MOST_CALLS = 50;

/**
 * What there is to see of the numbers that have moved first: the account has them where they are to be, what answers them
 * gives valid actions, asked as MiniVoice asks, and, where somebody has called, that webhooks came.
 *
 * @param since - when the numbers began to move.
 */
export async function canaryEvidence(
  workspace: StackWorkspace,
  numbers: Readonly<Record<string, NumberMove>>,
  { stack, since }: { stack: PinnedStack; since: Date },
  signal: AbortSignal,
): Promise<Finding[]> {
  const { routes, live } = await readRoutes(workspace, Object.keys(numbers), signal);
  const readBack = Object.entries(numbers).map(([subject, { to }]): Finding => {
    const [found, wanted] = [routes.get(subject), arrivalOf(to, stack.routeOf)];
    if (!found || !("route" in found)) return { subject, outcome: "unchecked", text: "could not be read back" };
    return found.route === wanted
      ? { subject, outcome: "passed", text: `read back: goes to ${to.target ?? wanted}` }
      : { subject, outcome: "failed", text: `goes to ${found.route}, and not to ${to.target ?? wanted}` };
  });
  const targets = new Set(Object.values(numbers).flatMap(({ to }) => to.target ?? []));
  const asked = [...targets].flatMap((key): DeployedApplication[] => {
    const id = stack.routeOf(key);
    const reading = live.applications instanceof Map && id !== undefined ? live.applications.get(id) : undefined;
    if (id === undefined || !reading || !("found" in reading)) return [];
    const { name, answer_url: answerUrl } = reading.found;
    return [{ key, id, name, ...(answerUrl && { answerUrl }), secretUnverified: false }];
  });
  const account = { application: async () => ({ unknown: "the account was read before" }) };
  const beginningOf = ({ key }: DeployedApplication) => beginningIn(stack, key);
  const answers = (await checkAnswers(asked, account, { signal, beginningOf })).map(
    ({ note: _, ...finding }) => finding,
  );
  return [...readBack, ...answers, ...(await webhooks(workspace, Object.keys(numbers), since, signal))];
}

function beginningIn({ voice, flows }: PinnedStack, key: string) {
  const flow = voice.applications[key]?.flow;
  const compiled = flow === undefined ? undefined : compileAnswers({ [key]: flow }, flows).flows[flow];
  return compiled && actionsOf(compiled, compiled.start);
}

/** Nobody has to call, and nobody has to be able to read the records: neither says anything against the numbers. */
async function webhooks(
  workspace: StackWorkspace,
  numbers: readonly string[],
  since: Date,
  signal: AbortSignal,
): Promise<Finding[]> {
  const subject = "webhooks";
  try {
    const { region, table } = pipelineOf(await readState(workspace, signal), workspace.stack);
    return await withAws(workspace, region, async ({ database }) => {
      const recorded = new RecordedCalls(database, table, signal);
      const calls = (await recorded.list({ since, limit: MOST_CALLS })).filter(({ to = "" }) => numbers.includes(to));
      if (calls.length === 0)
        return [{ subject, outcome: "unchecked" as const, text: "nobody has called these numbers since" }];
      const events = await Promise.all(calls.map(({ callId }) => recorded.eventsOf(callId)));
      const text = `${plural(events.flat().length, "event")} of ${plural(calls.length, "call")} recorded since`;
      return [{ subject, outcome: "passed" as const, text, evidence: { callId: calls[0]?.callId ?? "" } }];
    });
  } catch (error) {
    signal.throwIfAborted();
    return [{ subject, outcome: "unchecked", text: `the call records could not be read: ${messageOf(error)}` }];
  }
}
