import { checkAnswers } from "../verify/answers.ts";
import type { Answering, ApplicationFields, Live } from "./pictures.ts";
import type { RecordedStack } from "./recorded.ts";

/**
 * Asks the functions behind the applications that a flow of this stack answers, as MiniVoice does: a few times each, and on
 * through their redirects. Where the account asks another address than it should, that is drift already, and nobody asks a
 * stranger.
 *
 * @param sides - `answered`: those applications, as they are to be
 */
export async function askFunctions(
  {
    answered,
    recorded,
    live,
  }: { answered: ReadonlyMap<string, ApplicationFields>; recorded: RecordedStack; live: Live },
  signal: AbortSignal,
): Promise<Map<string, Answering>> {
  const asked = [...recorded.applications].flatMap(([key, { id, name }]) => {
    const reading = "unknown" in live.applications ? undefined : live.applications.get(id);
    const answerUrl = answered.get(key)?.answerUrl;
    const isTold = reading && "found" in reading && reading.found.answer_url === answerUrl;
    if (answerUrl === undefined || !isTold) return [];
    return [{ key, id, name, answerUrl, secretUnverified: false }];
  });
  const account = { application: async () => ({ unknown: "the account was read before" }) };
  const findings = await checkAnswers(asked, account, { signal });
  return new Map(
    findings.map(({ subject, outcome, text }): [string, Answering] => {
      if (outcome === "passed") return [subject, { valid: true }];
      return [subject, outcome === "failed" ? { wrong: text } : { unknown: text }];
    }),
  );
}
