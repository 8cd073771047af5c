import { shownUrl } from "pulumi-minivoice/api";
import type { Account } from "../../infra/account.ts";
import type { VoiceFile } from "../../infra/voice-schema.ts";
import type { Flow } from "../call-flow/flow.ts";
import { shownAnswerUrl } from "../call-flow/shown-answer-url.ts";

/** One stack as one version of the code declares it: all that a review compares. */
export interface StackReading {
  stack: string;
  voice: VoiceFile;
  /** The call flows of the stack by name, with the destinations of its directory. */
  flows: Readonly<Record<string, Flow>>;
  /** Flows that applications are answered by and whose text nobody knows any more: those of a deployed version alone. */
  unknownFlows?: ReadonlySet<string>;
  account: Account;
  /** What the account's API can do, as the stack's configuration says. */
  capabilities: string;
  /** The stack's plain configuration by key, and of encrypted values a digest: only that they differ is of interest. */
  configuration: Readonly<Record<string, ConfiguredValue>>;
  /** Answer URLs that no voice file tells, but the program: whoever knows the host of one can ask it for answers. */
  programAddresses?: ReadonlySet<string>;
  /** Keys of applications in whose place the deployment makes others: nobody edits those by hand. */
  replaced?: ReadonlySet<string>;
}

/** One value of `Pulumi.<stack>.yaml`. */
export type ConfiguredValue = { plain: string } | { secretDigest: string };

/** As much of another stack as tells whether this one reaches into it. */
export interface OtherStack {
  stack: string;
  account: Account;
  /** The numbers of its voice file. */
  numbers: readonly string[];
  /** The names of its applications. */
  applicationNames: readonly string[];
  /** Whom its flows put callers through to. */
  destinations: readonly string[];
  /** The numbers of its voice file at the base. */
  numbersBefore: readonly string[];
}

/** An application of a voice file, with its key. */
export interface DeclaredApplication {
  key: string;
  name: string;
  flow?: string | undefined;
  answerUrl?: string | undefined;
  webhookUrl?: string | undefined;
  adopt?: boolean | undefined;
}

/**
 * A URL as reports show it: without credentials and query, and without the host where only the program tells it.
 *
 * @param readings - those that the URL may come from.
 */
export function shownEndpoint(url: string, ...readings: readonly (StackReading | undefined)[]): string {
  if (!readings.some((reading) => reading?.programAddresses?.has(url))) return shownUrl(url);
  // What leaves https is to be seen.
  return `${/^https:/i.test(url) ? "" : "http://"}${shownAnswerUrl(url)}`;
}

/** The applications of a stack by their key; none of a stack that is not there. A map, for a key may be `constructor`. */
export const applicationsOf = (reading: StackReading | undefined): Map<string, DeclaredApplication> =>
  new Map(Object.entries(reading?.voice.applications ?? {}).map(([key, declared]) => [key, { key, ...declared }]));

/** The routes of a stack: number → application key, or `reject`. */
export const routesOf = (reading: StackReading | undefined): Map<string, string> =>
  new Map(Object.entries(reading?.voice.routes ?? {}));
