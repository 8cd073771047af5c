import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readVoiceFile } from "../../infra/voice-file.ts";
import type { VoiceFile } from "../../infra/voice-schema.ts";
import { formatProblem } from "../../infra/yaml-source.ts";

/** What a stack's voice file says, or why that cannot be told. */
export type Code = { voice: VoiceFile; text: string; path: string } | { problems: string[] };

/**
 * Reads the code of a stack. Where it cannot be read, a check goes on without it, so nothing is thrown.
 *
 * @param directory - the folder of the voice files
 */
export async function readCode(directory: string, stack: string): Promise<Code> {
  try {
    const { voice, problems } = readVoiceFile(directory, stack, await flowNames());
    if (!voice) return { problems: problems.map(formatProblem) };
    const path = join(directory, `Voice.${stack}.yaml`);
    return { voice, text: readFileSync(path, "utf8"), path };
  } catch (error) {
    return { problems: [`the call flows cannot be loaded: ${error instanceof Error ? error.message : error}`] };
  }
}

/** The call flows that an application may name. Loaded only now: one that does not build must not hide what is live. */
export async function flowNames(): Promise<string[]> {
  const { flows } = await import("../flows/index.ts");
  return Object.keys(flows);
}
