import { redirectsOf, usedFlows } from "../changes/flow-actions.ts";
import { applicationsOf, type StackReading, shownEndpoint } from "../reading.ts";
import { ours, type Phrase, say } from "../report/phrase.ts";
import type { Rule } from "./rule.ts";

/** What a caller is asked and presses would travel in the open, and anybody on the way could answer in our place. */
export const httpsLeft: Rule = {
  number: "R6",
  name: "https-left",
  refuses: () => "an answer or webhook endpoint leaves https",
  override: "exempt the application by its key, or the flow by its name",
  judge({ from, to }) {
    // In the sandbox everything is on this machine.
    if (to.account.local) return [];
    const before = plainEndpoints(from);
    const after = [...plainEndpoints(to)].filter(([endpoint]) => !before.has(endpoint));
    return after.map(([, { subject, sentence }]) => ({ subjects: [subject], describe: () => sentence }));
  },
};

/** Endpoints without https, by what tells one from another. */
function plainEndpoints(reading: StackReading | undefined): Map<string, { subject: string; sentence: Phrase }> {
  const ofApplications = [...applicationsOf(reading).values()].flatMap(({ key, name, answerUrl, webhookUrl }) =>
    [
      { field: "answer_url", url: answerUrl },
      { field: "webhook_url", url: webhookUrl },
    ].map(({ field, url }) => ({
      subject: key,
      url,
      sentence: say`the ${ours(field)} of ${name} is ${shownEndpoint(url ?? "", reading)}`,
    })),
  );
  const ofFlows = [...usedFlows(reading)].flatMap(([name, flow]) =>
    redirectsOf(flow).map((url) => ({
      subject: name,
      url,
      sentence: say`the flow ${name} hands callers over to ${shownEndpoint(url)}`,
    })),
  );
  return new Map(
    [...ofApplications, ...ofFlows].flatMap(({ subject, url, sentence }) =>
      url && !/^https:/i.test(url) ? [[`${subject} ${url}`, { subject, sentence }]] : [],
    ),
  );
}
