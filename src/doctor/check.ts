/** How one thing stands. `unchecked`: it could not be told, and why. */
export type Health = "ok" | "warning" | "problem" | "unchecked";

/** One thing that must be true before a stack goes live. */
export interface Check {
  /** Such as `API key`. */
  name: string;
  health: Health;
  /** One sentence; never a secret. */
  text: string;
  /** What to do about it, where there is something to do. */
  fix?: string;
}

/** Checks that belong together. */
export interface Section {
  title: string;
  checks: Check[];
}

/** What the doctor found. */
export interface Diagnosis {
  stack: string;
  /** RFC 3339. */
  at: string;
  sections: Section[];
}

/** 0: nothing stands in the way. 2: there is a problem. 1: there is none, but something could not be checked. */
export function exitCodeOf({ sections }: Diagnosis): number {
  const all = sections.flatMap(({ checks }) => checks.map(({ health }) => health));
  if (all.includes("problem")) return 2;
  return all.includes("unchecked") ? 1 : 0;
}

export const ok = (name: string, text: string): Check => ({ name, health: "ok", text });
export const warning = (name: string, text: string, fix: string): Check => ({ name, health: "warning", text, fix });
export const problem = (name: string, text: string, fix: string): Check => ({ name, health: "problem", text, fix });
/** What live callers need, and an experiment can do without for a while. */
export const neededLive = (production: boolean): typeof problem => (production ? problem : warning);
export const unchecked = (name: string, text: string, fix?: string): Check => ({
  name,
  health: "unchecked",
  text,
  ...(fix !== undefined && { fix }),
});
