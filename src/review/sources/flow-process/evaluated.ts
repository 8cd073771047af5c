/** The file descriptor on which the result comes. */
export const RESULT_CHANNEL = 3;

/** A stack whose flows are wanted. */
export interface Wanted {
  stack: string;
  /** Whether it is one of this machine, and has the directory of such. */
  local: boolean;
}

/** What the process hands over: the flows of each stack, not checked yet, or why there are none. */
export type Evaluated =
  | { error: string; stacks?: never }
  | { stacks: Record<string, { flows: unknown; error?: never } | { error: string; flows?: never }>; error?: never };
