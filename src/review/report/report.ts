import type { Phrase } from "./phrase.ts";

/**
 * A review as a document of no format: headings, tables, lists and diagrams whose foreign parts are marked. What it says
 * is decided once; a renderer decides only how it looks, and how much of it has room.
 */
export interface Report {
  /** What it is, and of which stack: a comment, or an issue, is found again by both. */
  about: "review" | "drift";
  stack: string;
  title: Phrase;
  verdict: { kind: "fine" | "changes" | "broken" | "failed"; text: Phrase };
  /** What it comes to, in one sentence; absent where the verdict says it all. */
  summary?: Phrase;
  /** What was compared, and what is the same. */
  facts: Phrase[];
  sections: Section[];
}

export interface Section {
  title: Phrase;
  /** What stands there where there is no room for more. */
  summary: Phrase;
  blocks: Block[];
  /** For those who want to know exactly: folded where a format can fold. */
  aside?: true;
}

export type Block =
  | { kind: "text"; text: Phrase }
  | { kind: "list"; items: Phrase[] }
  | { kind: "heading"; text: Phrase }
  | { kind: "table"; columns: string[]; rows: Cell[][] }
  | { kind: "diagram"; title: Phrase; mermaid: string };

/** What stands in one field of a table. */
export interface Cell {
  lines: Phrase[];
  /** All of what the lines only name the beginning of, for a format that has room. */
  all?: Phrase[];
}

export const cell = (...lines: Phrase[]): Cell => ({ lines });
