import { isDeepStrictEqual } from "node:util";
import type { VoiceApplication } from "../../../infra/voice-schema.ts";
import type { StackReading } from "../reading.ts";

/** The versions of a stack that a full review compares. */
export interface Readings {
  head: StackReading;
  /** Absent where the base has no such stack. */
  base: StackReading | undefined;
  /** Absent where nothing is deployed, or nobody knows what. */
  deployed: StackReading | undefined;
}

/** A version whose applications and routes can be exchanged one by one. */
export interface Draft {
  applications: Map<string, VoiceApplication>;
  routes: Map<string, string>;
}

/** The versions while they are worked on. */
export interface Drafts {
  declared: Readings;
  head: Draft;
  base: Draft;
  deployed: Draft;
  /** Answer URLs that no voice file tells. */
  programAddresses: Set<string>;
  /** The hosts, with ports, at which deployed applications are answered and tell their events. */
  deployedHosts: ReadonlySet<string>;
  /** Whether the program of the base makes the same as that of the head of what both declare in the same words. */
  isSameProgram: boolean;
}

export const draftOf = (reading: StackReading | undefined): Draft => ({
  applications: new Map(Object.entries(reading?.voice.applications ?? {})),
  routes: new Map(Object.entries(reading?.voice.routes ?? {})),
});

/** Whether the base, too, makes of an application or a number what the head makes of it. */
export const isMadeBefore = (
  { isSameProgram }: Pick<Drafts, "isSameProgram">,
  before: unknown,
  after: unknown,
): boolean => isSameProgram && isDeepStrictEqual(before, after);
