/** What became of one thing that was looked at. `unchecked`: it could not be told, and why. */
export type Outcome = "passed" | "failed" | "unchecked";

/** What a finding rests on. Never a secret, never the number of a caller. */
export interface Evidence {
  /** When it was seen, RFC 3339. */
  at?: string;
  /** Such as `GET https://…/answer/support`, without the query. */
  request?: string;
  status?: number;
  /** How long each try took, in milliseconds, in their order. */
  milliseconds?: number[];
  /** The headers that matter. */
  headers?: Record<string, string>;
  /** The place in the JSON that is wrong, such as `$.actions[1].gather.timeout_seconds`. */
  path?: string;
  expected?: string;
  found?: string;
  /** The call that it was seen in. */
  callId?: string;
}

/** One thing that was looked at, such as one application, and what was found. */
export interface Finding {
  /** An application's key, a number, or a part of the environment. */
  subject: string;
  outcome: Outcome;
  /** One sentence; with the way out where something is wrong. */
  text: string;
  evidence?: Evidence;
  /** Something to know although nothing is wrong. */
  note?: string;
}

/** One point of the vendor's integration checklist. */
export interface Point {
  /** As the vendor counts them, from 1. */
  number: number;
  title: string;
  outcome: Outcome;
  findings: Finding[];
}

/** What was found on one stack. */
export interface Report {
  stack: string;
  /** Whether the stack is a simulation on this machine. */
  local: boolean;
  /** RFC 3339. */
  at: string;
  points: Point[];
}

/**
 * What is to be said of a point as a whole: one failure makes it fail, and it passes only when everything did.
 * Nothing looked at is nothing known.
 */
export function outcomeOf(findings: readonly Finding[]): Outcome {
  if (findings.some(({ outcome }) => outcome === "failed")) return "failed";
  return findings.length > 0 && findings.every(({ outcome }) => outcome === "passed") ? "passed" : "unchecked";
}

/** 0: no point failed, and something could be checked. 2: one failed. 1: nothing could be told. */
export function exitCodeOf({ points }: Report): number {
  const findings = points.flatMap((point) => point.findings);
  if (findings.some(({ outcome }) => outcome === "failed")) return 2;
  return findings.some(({ outcome }) => outcome === "passed") ? 0 : 1;
}
