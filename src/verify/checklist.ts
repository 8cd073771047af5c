import type { StackNeighbours } from "../../infra/stack-neighbours.ts";
import type { Action } from "../call-flow/action-schema.ts";
import { type CompiledFlow, compileAnswers } from "../call-flow/compile.ts";
import { flowDigest } from "../call-flow/digest.ts";
import type { Flow } from "../call-flow/flow.ts";
import type { SandboxControl } from "../sandbox/control-client.ts";
import { checkAnswers } from "./answers.ts";
import type { Deployed, DeployedApplication } from "./deployed.ts";
import type { LiveAccount } from "./live-account.ts";
import { checkPlacedRecords, judgePlacedCalls, type PlacedCalls, placeCalls } from "./local-calls.ts";
import { actionsOf } from "./planned-calls.ts";
import { judgeRecordedPaths, judgeRecords, type RecordedCall, type RecordedEvent } from "./recorded-calls.ts";
import { type Finding, outcomeOf, type Point } from "./report.ts";
import { checkRoutes } from "./routes.ts";
import { checkSeparation } from "./separation.ts";
import { checkSlowWork, checkWebhooks, probeWebhooks } from "./webhooks.ts";

/** The owner's own records of calls. */
export interface CallRecords {
  eventsOf(callId: string): Promise<RecordedEvent[]>;
  /** The calls of the last days, as many as are looked at. */
  recent(): Promise<RecordedCall[]>;
}

/** What the checklist is held against. */
export interface Subject {
  deployed: Deployed;
  account: LiveAccount;
  /** From the voice files of the project. */
  neighbours: StackNeighbours;
  /** The flows of this checkout, for this stack. */
  flows: Readonly<Record<string, Flow>>;
  /** Why there are none, where they cannot be built. */
  flowsProblem?: string;
  /** The telephone of the sandbox; absent for a live stack, where nobody is called without being asked. */
  telephone?: Pick<SandboxControl, "placeCall">;
  records: CallRecords | { problem: string };
  signal: AbortSignal;
}

/** The vendor's seven points, in the vendor's order. */
export const TITLES = [
  "answer_url returns valid JSON, quickly and the same each time",
  "webhook_url accepts signed events and nothing else",
  "every number routes to the right application",
  "test and production are separate applications",
  "the call ID is kept in own records",
  "tried three ways: normal, invalid input, timeout",
  "slow work happens after the webhook was accepted",
] as const;

/** The checklist of one stack. What several points need is asked once. */
export interface Checklist {
  /** Checks one point, from 1. It never rejects unless it is aborted: a point that cannot be checked hides no other. */
  check(number: number): Promise<Point>;
  /** The calls of point 6 on a local stack; none on a live one. */
  placedCalls(): Promise<PlacedCalls[]>;
}

/**
 * The vendor's integration checklist for a stack.
 *
 * @example
 * const checklist = openChecklist(subject);
 * (await checklist.check(1)).outcome; // "passed"
 */
export function openChecklist(subject: Subject): Checklist {
  const { deployed, account, neighbours, records, telephone, signal } = subject;
  const { applications } = deployed;
  const probes = once(() => probeWebhooks(applications, signal));
  const placed = once(() => (telephone ? placeAll(subject, telephone) : Promise.resolve(new Map())));
  const recent = once(async () => ("problem" in records ? records : { calls: await records.recent() }));
  const nameOf = (id: string) => applications.find((application) => application.id === id)?.key ?? id;

  const points: (() => Promise<Finding[]>)[] = [
    () =>
      checkAnswers(applications, account, { signal, beginningOf: (application) => beginningOf(subject, application) }),
    async () => checkWebhooks(applications, account, await probes()),
    () => checkRoutes(deployed.routes, nameOf, account),
    async () => checkSeparation(applications, neighbours, await account.applications()),
    async () => (telephone ? ownRecords(subject, await placed()) : recordedCalls(subject, await recent())),
    async () => (telephone ? [...(await placed())].flatMap(judgePlaced) : recordedPaths(subject, await recent())),
    async () => checkSlowWork(applications, await probes(), deployed.queue),
  ];
  return {
    async check(number) {
      const title = TITLES[number - 1] ?? "";
      const findings = await (points[number - 1]?.() ?? Promise.resolve([])).catch((error): Finding[] => {
        signal.throwIfAborted();
        return [{ subject: "", outcome: "unchecked", text: `could not be checked: ${(error as Error).message}` }];
      });
      return { number, title, outcome: outcomeOf(findings), findings };
    },
    placedCalls: async () => [...(await placed()).values()].filter((calls): calls is PlacedCalls => "calls" in calls),
  };
}

function once<Result>(make: () => Promise<Result>): () => Promise<Result> {
  let made: Promise<Result> | undefined;
  return () => (made ??= make());
}

/** Application key → the calls that were placed to it, or why there are none. */
type Placed = ReadonlyMap<string, PlacedCalls | { unknown: string }>;

async function placeAll(subject: Subject, telephone: Pick<SandboxControl, "placeCall">): Promise<Placed> {
  const { deployed, signal } = subject;
  const placed = new Map<string, PlacedCalls | { unknown: string }>();
  for (const application of deployed.applications) {
    const flow = flowOf(subject, application);
    const number = [...deployed.routes].find(([, target]) => target === application.id)?.[0];
    if ("unknown" in flow) placed.set(application.key, flow);
    else if (number === undefined)
      placed.set(application.key, { unknown: "no number routes to it, so it cannot be called" });
    else placed.set(application.key, await placeCalls(telephone, { application, number, ...flow }, signal));
  }
  return placed;
}

/** The flow that answers an application, if this checkout holds exactly what is deployed. */
function flowOf(
  { deployed, flows, flowsProblem }: Subject,
  { key, flow }: DeployedApplication,
): { flow: CompiledFlow } | { unknown: string } {
  if (flow === undefined) return { unknown: "is answered elsewhere, so its paths are not known here" };
  const here = Object.hasOwn(flows, flow) ? flows[flow] : undefined;
  if (!here) return { unknown: flowsProblem ?? `its flow ${flow} is not in this checkout` };
  const [there, ours] = [deployed.flowDigests[flow], flowDigest(here)];
  if (there !== ours) {
    const commit = deployed.revision ? `, or check out ${deployed.revision}` : "";
    return {
      unknown: `flow ${flow} is deployed as ${there}, but is ${ours} in this checkout: run minivoice up${commit}`,
    };
  }
  return { flow: compileAnswers({ [key]: flow }, flows).flows[flow] as CompiledFlow };
}

function beginningOf(subject: Subject, application: DeployedApplication): Action[] | undefined {
  const known = flowOf(subject, application);
  return "flow" in known ? actionsOf(known.flow, known.flow.start) : undefined;
}

const judgePlaced = ([key, calls]: [string, PlacedCalls | { unknown: string }]): Finding[] =>
  "unknown" in calls ? [{ subject: key, outcome: "unchecked", text: calls.unknown }] : judgePlacedCalls(calls);

async function ownRecords({ records, signal }: Subject, placed: Placed): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [subject, calls] of placed)
    if ("unknown" in calls) findings.push({ subject, outcome: "unchecked", text: calls.unknown });
    else if ("problem" in records) findings.push({ subject, outcome: "unchecked", text: records.problem });
    else findings.push(await checkPlacedRecords(calls, (callId) => records.eventsOf(callId), { signal }));
  return findings;
}

type Recent = { calls: RecordedCall[] } | { problem: string };

const callsOf = (calls: RecordedCall[], { id }: DeployedApplication): RecordedCall[] =>
  calls.filter(({ events }) => events.some(({ applicationId }) => applicationId === id));

const recordedCalls = ({ deployed }: Subject, recent: Recent): Finding[] =>
  deployed.applications.map((application) =>
    "problem" in recent
      ? { subject: application.key, outcome: "unchecked", text: recent.problem }
      : judgeRecords(application.key, callsOf(recent.calls, application)),
  );

const recordedPaths = (subject: Subject, recent: Recent): Finding[] =>
  subject.deployed.applications.flatMap((application): Finding[] => {
    const { key } = application;
    if ("problem" in recent) return [{ subject: key, outcome: "unchecked", text: recent.problem }];
    const flow = flowOf(subject, application);
    if ("unknown" in flow) return [{ subject: key, outcome: "unchecked", text: flow.unknown }];
    return judgeRecordedPaths(key, flow.flow, callsOf(recent.calls, application), subject.deployed.answerLog);
  });
