import type { Application } from "pulumi-minivoice/api";
import type { StackNeighbours } from "../../infra/stack-neighbours.ts";
import type { DeployedApplication } from "./deployed.ts";
import type { Live } from "./live-account.ts";
import type { Finding } from "./report.ts";
import { shown } from "./shown.ts";

/** Point 4: whether test and production are applications of their own. */
export function checkSeparation(
  applications: readonly DeployedApplication[],
  neighbours: StackNeighbours,
  live: Live<Application[]>,
): Finding[] {
  return [judgeFiles(neighbours), ...judgeLive(applications, neighbours.others, live)];
}

function judgeFiles({ others, shared, problem }: StackNeighbours): Finding {
  const subject = "voice files";
  if (problem) return { subject, outcome: "unchecked", text: problem };
  const [first, ...more] = shared;
  if (first !== undefined) {
    const text = more.length > 0 ? `${first} (and ${more.length} more)` : first;
    return { subject, outcome: "failed", text, evidence: { expected: "nothing in two stacks of one account" } };
  }
  const text =
    others.length > 0
      ? `share no number and no application name with ${others.map(({ stack }) => stack).join(", ")}`
      : "no other stack of this project may be of this account";
  return { subject, outcome: "passed", text };
}

function judgeLive(
  applications: readonly DeployedApplication[],
  others: StackNeighbours["others"],
  live: Live<Application[]>,
): Finding[] {
  if (!("found" in live)) {
    const text = `the applications of the account cannot be listed: ${"unknown" in live ? live.unknown : live.missing}`;
    return [{ subject: "account", outcome: "unchecked", text }];
  }
  const own = new Set(applications.map(({ id }) => id));
  const foreign = live.found.filter(({ id }) => !own.has(id));
  return [judgeAddresses(applications, foreign), judgeKey(others, foreign)];
}

/** An application of somebody else that asks our functions answers its callers with our experiments. */
function judgeAddresses(applications: readonly DeployedApplication[], foreign: readonly Application[]): Finding {
  const subject = "addresses";
  for (const { name, id, answer_url, webhook_url } of foreign)
    for (const { key, answerUrl, webhookUrl } of applications) {
      const [field, url] =
        answer_url !== undefined && answer_url === answerUrl
          ? ["answer_url", answerUrl]
          : webhook_url !== undefined && webhook_url === webhookUrl
            ? ["webhook_url", webhookUrl]
            : [];
      if (field === undefined) continue;
      const text = `"${name}" (${id}), which is not of this stack, has the ${field} of ${key}: give it one of its own`;
      return { subject, outcome: "failed", text, evidence: { path: field, found: shown(url) } };
    }
  return { subject, outcome: "passed", text: "no application of anybody else uses this stack's functions" };
}

/** Whether the key of this stack reaches what another stack declares. */
function judgeKey(others: StackNeighbours["others"], foreign: readonly Application[]): Finding {
  const subject = "key";
  const seen = others.flatMap(({ stack, applicationNames }) =>
    foreign.filter(({ name }) => applicationNames.includes(name)).map(({ name }) => `"${name}" of ${stack}`),
  );
  if (seen.length === 0) {
    const text =
      others.length > 0 ? "sees no application of another stack" : "belongs to an account of this stack alone";
    return { subject, outcome: "passed", text };
  }
  return {
    subject,
    outcome: "passed",
    text: "applications of their own",
    note: `separated by code only: this stack's key sees ${seen.slice(0, 3).join(", ")}${seen.length > 3 ? " …" : ""}; use separate customers`,
  };
}
