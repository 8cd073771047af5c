import type { Application, Did, Unreadable } from "pulumi-minivoice/api";

/** The fields of an application that the API shows. It never shows the webhook secret. */
export interface ApplicationFields {
  name: string;
  answerUrl?: string | undefined;
  webhookUrl?: string | undefined;
  /** Fields whose value the state keeps as a secret, so that nobody here knows it. */
  hidden?: readonly ("answerUrl" | "webhookUrl")[];
  /** Fields, in the API's words, of which only what a refresh found is known, and not what was to be there. */
  lost?: readonly string[];
}

/**
 * What the code says. Where a number goes is written as in a table of routes: the id of an application, or `reject`. Words
 * that are neither stand for an application that does not exist yet.
 */
export interface Declared {
  /** By key in the voice file, or by name of the resource. */
  applications: ReadonlyMap<string, ApplicationFields>;
  /** By number. */
  routes: ReadonlyMap<string, string>;
  /** By name of the function: the SHA-256 of the bundle that the program would deploy, in hexadecimal. Absent: not built. */
  code?: ReadonlyMap<string, string> | undefined;
}

/** An application as the last `up` left it. */
export interface RecordedApplication extends ApplicationFields {
  id: string;
  customerId?: string | undefined;
  /** Fields, in the API's words, that a refresh found otherwise than the last `up` left them. */
  changedOutside?: readonly string[] | undefined;
  /** What the program declared at its last `up`, if that is known, whether or not that `up` wrote it. */
  declaredThen?: ApplicationFields | undefined;
}

/** The code of a function as the last `up` left it. */
export interface RecordedCode {
  /** SHA-256 of the bundle, in hexadecimal. */
  bundle?: string | undefined;
  /** AWS's `CodeSha256`: of the archive around the bundle, in Base64. */
  archive?: string | undefined;
}

/** Where a number goes, as the last `up` left it. */
export interface RecordedRoute {
  /** What this stack wrote last, whatever a refresh has found since. */
  entry: string;
  /** Where a refresh has found it otherwise, since somebody has moved it: what the state shows. */
  seen?: string | undefined;
  /** What the program declared at its last `up`, if that is known, whether or not that `up` wrote it. */
  declaredThen?: string | undefined;
}

/** What the state says. */
export interface Recorded {
  /** By key, as {@link Declared}. */
  applications: ReadonlyMap<string, RecordedApplication>;
  /** By key: what the last `up` knew of, and a refresh has taken out of the state, since it was gone. */
  gone?: ReadonlyMap<string, { id: string; name: string }>;
  /** By number. */
  routes: ReadonlyMap<string, RecordedRoute>;
  /** What the last `up` routed, and the state has no more: a refresh takes out a number that is gone. */
  goneNumbers?: ReadonlySet<string>;
  /** By URN: the names of resources that the last `up` left unfinished, and whether it is the voice file that declares them. */
  unfinished?: ReadonlyMap<string, { name: string; fromVoiceFile: boolean }>;
  /** By name of the function. */
  code?: ReadonlyMap<string, RecordedCode>;
}

/**
 * One object of the account. Only the API's own word makes it absent; a read that failed says nothing about it. `foreign`: it was
 * read, and is another customer's.
 */
export type Reading<Found> = { found: Found } | { absent: true } | { unknown: string; foreign?: true };

/** What became of asking an answer_url: `wrong`, with the reason, what callers would not be answered by as they should. */
export type Answering = { valid: true } | { wrong: string } | { unknown: string };

/** What became of a signed event: `refused`, with the reason. */
export type Accepting = { accepted: true } | { refused: string } | { unknown: string };

/** What the account says. */
export interface Live {
  /** By id. `unknown`: why the list could not be read. */
  applications: ReadonlyMap<string, Reading<Application>> | { unknown: string };
  /** What the list of applications holds that cannot be read. Each has an entry above, if its id can be told. */
  unreadable?: readonly Unreadable[];
  /** Whether a list that does not show an application proves that it is gone. */
  showsAllApplications: boolean;
  /** By number: all that were asked for. */
  numbers: ReadonlyMap<string, Reading<Did>>;
  /** Every number of the account, or why it is not known. `expected`: the account cannot list them, which is no failure. */
  all: readonly Did[] | { unknown: string; expected: boolean };
  /** By key of the application: the functions that were asked. */
  functions?: ReadonlyMap<string, Answering>;
  /** By name of the function: AWS's `CodeSha256` now. Absent: nobody looked. */
  code?: ReadonlyMap<string, Reading<string>>;
  /** By webhook URL: the endpoints of this stack that were tried, with the names of the applications behind them. */
  webhooks?: ReadonlyMap<string, Accepting & { applications: readonly string[] }>;
}
