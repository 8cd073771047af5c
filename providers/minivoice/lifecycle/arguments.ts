import { milliseconds } from "../api/duration.ts";
import { isLoopback } from "../api/settings.ts";
import { shownUrl } from "../api/shown-url.ts";

/** What a program passed for a resource; nothing about it is known yet. */
export type Unchecked = Readonly<Record<string, unknown>>;

/** Whether a value is the engine's placeholder for one that is known only during the update. */
export type IsUnknown = (value: unknown) => boolean;

/**
 * Reads the arguments of a resource one by one, collecting what is wrong with them instead of stopping at the first.
 *
 * Absent, `null` and `""` are all absent. An unknown value passes as it is: it is checked again once it is known.
 */
export class Arguments {
  readonly problems: string[] = [];
  readonly #values: Unchecked;
  readonly #isUnknown: IsUnknown;

  constructor(values: Unchecked, known: readonly string[], isUnknown: IsUnknown) {
    this.#values = values;
    this.#isUnknown = isUnknown;
    for (const field of Object.keys(values))
      if (!known.includes(field) && !field.startsWith("__"))
        this.#report(
          field,
          `is no argument here: expected ${known.filter((name) => name !== "resourceName").join(", ")}`,
        );
  }

  has(field: string): boolean {
    return Object.hasOwn(this.#values, field);
  }

  isAbsent(field: string): boolean {
    const value = this.#values[field];
    return value === undefined || value === null || value === "";
  }

  isUnknown(field: string): boolean {
    return this.#isUnknown(this.#values[field]);
  }

  /** @param rule - returns what is wrong with the text and the way out, or nothing */
  text(field: string, rule: (text: string) => string | undefined = () => undefined): string | undefined {
    const value = this.#values[field];
    if (this.isAbsent(field)) return undefined;
    if (this.#isUnknown(value)) return value as string;
    if (typeof value !== "string") return this.#report(field, `is ${show(value)}: expected text`);
    const problem = rule(value);
    return problem ? this.#report(field, problem) : value;
  }

  required(field: string, fix: string, rule?: (text: string) => string | undefined): string {
    if (this.isAbsent(field)) this.#report(field, `is missing: ${fix}`);
    return this.text(field, rule) ?? "";
  }

  /** A secret, which is never shown. */
  secret(field: string): string | undefined {
    const value = this.#values[field];
    if (this.isAbsent(field)) return undefined;
    return typeof value === "string" ? value : this.#report(field, "is no text");
  }

  flag(field: string): true | undefined {
    const value = this.#values[field];
    if (this.isAbsent(field) || value === false || this.#isUnknown(value))
      return this.#isUnknown(value) ? (value as true) : undefined;
    return value === true ? true : this.#report(field, `is ${show(value)}: expected true or false`);
  }

  /** One of a few words; the default is absent. */
  choice<Choice extends string>(field: string, choices: readonly Choice[], preset: Choice): Choice | undefined {
    const value = this.text(field, (text) =>
      choices.includes(text as Choice)
        ? undefined
        : `is "${text}": expected ${choices.map((choice) => `"${choice}"`).join(" or ")}`,
    );
    return value === preset ? undefined : (value as Choice | undefined);
  }

  /** One text or several; always a sorted list, so that order is no difference. */
  texts(field: string): string[] | undefined {
    const value = this.#values[field];
    if (this.isAbsent(field)) return undefined;
    if (this.#isUnknown(value)) return value as string[];
    const list = Array.isArray(value) ? value : [value];
    if (list.some((item) => typeof item !== "string" || item === ""))
      return this.#report(field, `is ${show(value)}: expected the id of an application, or a list of such ids`);
    return list.length === 0 ? undefined : [...new Set(list as string[])].sort();
  }

  #report(field: string, problem: string): undefined {
    this.problems.push(`${field} ${problem}`);
    return undefined;
  }

  /** For what is wrong beyond one field. */
  report(problem: string): void {
    this.problems.push(problem);
  }
}

const show = (value: unknown): string => JSON.stringify(value)?.slice(0, 100) ?? String(value);

/** E.164 by syntax alone: no numbering plan is consulted, so that a new range is never refused. */
export const e164Pattern = /^\+[1-9][0-9]{6,14}$/;

export const isE164 = (text: string): boolean => e164Pattern.test(text);

export const e164 = (text: string): string | undefined =>
  isE164(text)
    ? undefined
    : `"${text}" is not E.164: expected + and 7 to 15 digits without spaces, such as +15551230001`;

/**
 * What is wrong with a URL that MiniVoice, or a key, is to be sent to: https, or http to this machine; never with
 * credentials, which every log on the way would show. The answer quotes the value as {@link shownUrl} does.
 */
export function publicUrl(text: string): string | undefined {
  const shown = `"${shownUrl(text)}"`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url?.host) return `${shown} is not a URL: write it in full, beginning with "https://"`;
  if (url.username || url.password)
    return `${shown} carries a user name or password: remove them, whoever reads the routing would read them too`;
  if (url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname))) return undefined;
  return `${shown} must use https: plain http is for 127.0.0.1 and localhost only`;
}

export const duration = (text: string): string | undefined =>
  milliseconds(text) === undefined
    ? `"${text}" is no time: expected a number with a unit, such as "30 minutes"`
    : undefined;

/** A share such as `"30%"`, as a number from 0 to 1. */
export function share(text: string): number | undefined {
  const [, percent] = /^(\d{1,3}(?:\.\d+)?)%$/.exec(text) ?? [];
  return percent !== undefined && Number(percent) <= 100 ? Number(percent) / 100 : undefined;
}

export const percentage = (text: string): string | undefined =>
  share(text) === undefined ? `"${text}" is no share: expected one from "0%" to "100%"` : undefined;
