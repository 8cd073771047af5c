/** What a terminal or an editor would not show, or would show elsewhere than where it stands. A line break is our own layout. */
const unseen = /[[\p{C}--[\n]]\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gv;

/**
 * JSON for other programs, with everything in it. Invisible characters are escaped, which changes no value: whoever looks at
 * the file sees what is there.
 */
export const renderJson = (value: unknown, { indent = 2 }: { indent?: number } = {}): string =>
  `${JSON.stringify(value, null, indent).replace(unseen, escapesOf)}\n`;

const escapesOf = (character: string): string =>
  Array.from({ length: character.length }, (_, index) => character.charCodeAt(index))
    .map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`)
    .join("");
