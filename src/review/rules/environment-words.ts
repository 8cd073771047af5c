import type { Account } from "../../../infra/account.ts";
import type { DeclaredApplication } from "../reading.ts";

/** What environments are usually called, whether or not a stack of that name is here. */
const usual: Readonly<Record<string, readonly string[]>> = {
  production: ["production", "prod", "live"],
  test: ["test", "testing"],
  staging: ["staging", "stage"],
  development: ["development", "dev"],
  local: ["local", "localhost"],
};

/** A stack, as far as its environment is concerned. */
interface Environment {
  stack: string;
  account: Account;
}

/**
 * The environment that an application's name or answer URL tells of, if that is not its stack's own.
 *
 * A name tells by a word in brackets, or one that begins or ends it and is set off: `Support (test)`, `test: Support`,
 * `Support - staging`. "Test centre" tells nothing. A URL tells by a part of its host: `voice-test.example.com`.
 */
export function environmentIn(
  { name, answerUrl }: DeclaredApplication,
  own: Environment,
  others: readonly Environment[],
): string | undefined {
  const ownWords = new Set(wordsOf(own));
  const found = new Set([...markersIn(name), ...hostParts(answerUrl)].filter((word) => !ownWords.has(word)));
  const other = others.find(({ stack }) => found.has(stack.toLowerCase()));
  return other?.stack ?? Object.keys(usual).find((environment) => usual[environment]?.some((word) => found.has(word)));
}

/** A stack `test-eu` is one of the test environments, and one that is marked as production is production by any name. */
function wordsOf({ stack, account }: Environment): string[] {
  const parts = [stack, ...stack.split(/[-_.]/)].map((part) => part.toLowerCase());
  const synonyms = Object.values(usual).filter((words) => words.some((word) => parts.includes(word)));
  return [...parts, ...synonyms.flat(), ...(account.production ? (usual.production ?? []) : [])];
}

function markersIn(name: string): string[] {
  const text = name.toLowerCase();
  const bracketed = [...text.matchAll(/[([{<]([^()[\]{}<>]+)[)\]}>]/g)].map(([, words = ""]) => words.trim());
  const leading = /^\s*([\p{L}\p{N}]+)\s*[:|/_–—-]/u.exec(text)?.[1];
  const trailing = /[:|/_–—-]\s*([\p{L}\p{N}]+)\s*$/u.exec(text)?.[1];
  return [...bracketed, leading, trailing].filter((word) => word !== undefined);
}

const hostParts = (url: string | undefined): string[] =>
  url && URL.canParse(url) ? new URL(url).hostname.toLowerCase().split(/[.-]/) : [];
