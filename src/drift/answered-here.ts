import type { VoiceFile } from "../../infra/voice-schema.ts";
import { asLeft } from "./as-left.ts";
import type { ApplicationFields, Declared } from "./pictures.ts";
import type { RecordedStack } from "./recorded.ts";

/**
 * The applications that the functions of this stack answer, as they are to be: by their flow in the voice file, or, where the
 * code cannot be read, by the address that the last `up` left them.
 *
 * @returns by key
 */
export function answeredHere(
  voice: VoiceFile | undefined,
  declared: Declared | undefined,
  { applications, endpoints }: Pick<RecordedStack, "applications" | "endpoints">,
): Map<string, ApplicationFields> {
  if (voice && declared)
    return new Map([...declared.applications].filter(([key]) => voice.applications[key]?.flow !== undefined));
  const left = [...applications].map(([key, application]) => [key, asLeft(application)] as const);
  return new Map(
    left.filter(([key, { answerUrl }]) => endpoints && answerUrl === `${endpoints.answerUrl}answer/${key}`),
  );
}
