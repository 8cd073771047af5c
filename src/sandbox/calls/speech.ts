import type { CallSession } from "./session.ts";

/** About 160 words a minute. */
const MS_PER_CHARACTER = 65;

/** Lets as much time pass as saying the text takes. */
export const speak = ({ clock }: CallSession, text: string): Promise<void> =>
  clock.pass(text.length * MS_PER_CHARACTER);
