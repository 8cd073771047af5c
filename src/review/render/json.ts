/** What a terminal or an editor would not show, or would show elsewhere than where it stands. */
const unseen = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * JSON for other programs, with everything in it. Invisible characters are escaped, which changes no value: whoever looks at
 * the file sees what is there.
 */
export const renderJson = (value: unknown): string =>
  `${JSON.stringify(value, null, 2).replace(unseen, (found) => (found === "\n" ? found : escapesOf(found)))}\n`;

const escapesOf = (character: string): string =>
  Array.from({ length: character.length }, (_, index) => character.charCodeAt(index))
    .map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`)
    .join("");
