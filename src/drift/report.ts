/**
 * What became of an object since it was declared:
 *
 * - `inSync`: live is as the code says
 * - `drifted`: live is neither as the code says nor as it was deployed
 * - `missing`: it was deployed, and somebody deleted it
 * - `undeployed`: live is still as it was deployed, and the code has moved on: the next `up` changes it
 * - `unmanaged`: no stack of this project holds it
 * - `unknown`: it could not be read
 */
export const statuses = ["missing", "drifted", "unknown", "undeployed", "unmanaged", "inSync"] as const;
export type Status = (typeof statuses)[number];

/**
 * - `function`: what stands behind the answer_url of an application that a flow of this stack answers
 * - `code`: what one of this stack's functions runs
 * - `webhook`: what stands behind the webhook_url of such applications, where it was tried
 */
export const kinds = ["application", "number", "function", "code", "webhook"] as const;
export type Kind = (typeof kinds)[number];

/** A value as people may see it: an application by its name, a URL without credentials and query, an answer URL without its host. */
export interface Value {
  text: string;
  /** The application that it means. */
  id?: string;
}

/** One field, as each side has it; a side that knows nothing of it is absent. */
export interface FieldReport {
  field: "route" | "name" | "answer_url" | "webhook_url" | "code" | "webhook_secret";
  /** Absent where there is nothing to compare: the object could not be read, is gone, or no stack holds it. */
  status?: "inSync" | "drifted" | "undeployed" | "unknown";
  declared?: Value;
  recorded?: Value;
  live?: Value;
  /** The values differ only in what is not shown: the query of a URL. */
  hidden?: true;
}

/** One application, number or function, the code of one, or a webhook endpoint. */
export interface ObjectReport {
  kind: Kind;
  status: Status;
  /**
   * The key in the voice file, which a function has from its application; of a number, and of an application that is
   * unmanaged, the number or the id itself; of code, the name of the function; of a webhook, its URL.
   */
  key: string;
  /** Of an application: its id, once it has one. */
  id?: string;
  /** Of an application: its name, as live if that is known. Of a webhook: the names of its applications. */
  name?: string;
  /** What is known of each field. */
  fields: FieldReport[];
  /** When the live object was changed last, RFC 3339. The API tells it of numbers only. */
  changedAt?: string;
  /** Why it is unknown, or why only an `up` can tell more. */
  why?: string;
  /** Why it is unmanaged on purpose, from `stacks/drift-ignore.yaml`. */
  ignored?: { reason: string; expires: string };
}

/** How many numbers of the account this stack answers for. */
export interface Coverage {
  /** Numbers of the account that this stack holds. */
  managed: number;
  /** All numbers of the account. Absent where they are not known. */
  all?: number;
  /** Why they are not known. */
  why?: string;
}

/** The comparison of one stack with its account. Plain data: `JSON.stringify` says all of it. */
export interface DriftReport {
  stack: string;
  /** RFC 3339. */
  checkedAt: string;
  /** What live was held against. `state`: the code could not be read, see `notes`. */
  comparedWith: "code" | "state";
  /** What a reader has to know beside the objects, such as that a run is changing the stack at this moment. */
  notes: string[];
  /** What could not be looked at beyond the objects themselves, such as the list of all numbers. */
  incomplete: string[];
  /** Worst first, then by kind and key. */
  objects: ObjectReport[];
  totals: Record<Status | "ignored", number>;
  coverage: Coverage;
}

/**
 * 0: every object that the stack manages is in sync. 2: one is not. 3: something could not be read, whatever else was
 * found. Unmanaged objects change nothing.
 */
export function exitCodeOf({ totals, incomplete }: Pick<DriftReport, "totals" | "incomplete">): 0 | 2 | 3 {
  if (totals.unknown > 0 || incomplete.length > 0) return 3;
  return totals.drifted + totals.missing + totals.undeployed > 0 ? 2 : 0;
}
