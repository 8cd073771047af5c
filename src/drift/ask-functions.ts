import type { VoiceFile } from "../../infra/voice-schema.ts";
import { checkAnswers } from "../verify/answers.ts";
import type { Answering, Declared, Live } from "./pictures.ts";
import type { RecordedStack } from "./recorded.ts";

/**
 * Asks the functions behind the applications that a flow of this stack answers, as MiniVoice does: a few times each, and on
 * through their redirects. Where the account asks another address than the code says, that is drift already, and nobody asks
 * a stranger.
 */
export async function askFunctions(
  voice: VoiceFile,
  { declared, recorded, live }: { declared: Declared; recorded: RecordedStack; live: Live },
  signal: AbortSignal,
): Promise<Map<string, Answering>> {
  const asked = [...recorded.applications].flatMap(([key, { id, name }]) => {
    const reading = "unknown" in live.applications ? undefined : live.applications.get(id);
    const answerUrl = declared.applications.get(key)?.answerUrl;
    const isAsked = voice.applications[key]?.flow !== undefined && reading && "found" in reading;
    if (!isAsked || answerUrl === undefined || reading.found.answer_url !== answerUrl) return [];
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
