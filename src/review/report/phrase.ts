/**
 * A sentence of a report that knows which parts of it somebody else has written: names, numbers, prompts, URLs. Each
 * renderer makes these harmless in its own way, and none has to remember where they stand.
 */
export interface Phrase {
  text: string;
  /** Start and end of each foreign part in `text`, in reading order, without overlap. */
  values: [start: number, end: number][];
}

type Part = string | number | Phrase | undefined;

/**
 * Builds a sentence. What is put into it is foreign if it is text, ours if it is a number, and as it was if it is a
 * sentence itself; `undefined` is left out.
 *
 * @example say`${4812} numbers: ${"Support"} → ${"Sales"}` // "4,812 numbers: Support → Sales", with two foreign parts
 */
export function say(literals: TemplateStringsArray, ...parts: Part[]): Phrase {
  const phrase: Phrase = { text: literals[0] ?? "", values: [] };
  for (const [index, part] of parts.entries()) {
    append(phrase, part);
    phrase.text += literals[index + 1];
  }
  return phrase;
}

function append(phrase: Phrase, part: Part): void {
  if (part === undefined) return;
  const start = phrase.text.length;
  if (typeof part === "number") phrase.text += count(part);
  else if (typeof part === "string") {
    phrase.text += part;
    if (part !== "") phrase.values.push([start, phrase.text.length]);
  } else {
    phrase.text += part.text;
    for (const [from, to] of part.values) phrase.values.push([start + from, start + to]);
  }
}

/** Sentences one behind the other, with our own words between them. */
export const joined = (phrases: readonly Phrase[], between: string): Phrase =>
  phrases.reduce<Phrase | undefined>(
    (line, phrase) => (line ? say`${line}${ours(between)}${phrase}` : phrase),
    undefined,
  ) ?? ours("");

/** Words of our own that a template cannot hold. */
export const ours = (text: string): Phrase => ({ text, values: [] });

/** Calls `own` and `foreign` with the parts of a sentence, in order, and joins what they make of them. */
export function rendered(phrase: Phrase, own: (text: string) => string, foreign: (value: string) => string): string {
  let at = 0;
  let text = "";
  for (const [start, end] of phrase.values) {
    text += own(phrase.text.slice(at, start)) + foreign(phrase.text.slice(start, end));
    at = end;
  }
  return text + own(phrase.text.slice(at));
}

/** A count as people write it, whatever the language of the machine. */
export const count = (value: number): string => value.toLocaleString("en-US");

/** @example counted(1, "number") // "1 number" */
export const counted = (value: number, one: string, many = `${one}s`): Phrase =>
  ours(`${count(value)} ${value === 1 ? one : many}`);
