/**
 * An emoji, which may hold joiners that cannot be seen; else a character that no reader can see, or tell from a space,
 * or that changes the order in which others are read. Each of those could make one name look like another.
 */
const emojiOrUnseen = /\p{RGI_Emoji}|[\p{C}\p{Zl}\p{Zp}[\p{Zs}--[ ]]\p{Default_Ignorable_Code_Point}\u2800]/gv;
/** Accents that pile up over the lines around them. No script stacks more. */
const piledUp = /(\p{M}{4})\p{M}+/gu;

/**
 * Foreign text so that everything in it is seen: control characters, marks that turn the reading direction and invisible
 * letters stand there by their code, a line break as ⏎. Emoji stay as they are.
 *
 * @param most - the characters that are shown; a longer text is cut, and says how long it is
 * @example shown("Sup\u202Eport") // "Sup⟨U+202E⟩port"
 */
export function shown(text: string, most = Number.POSITIVE_INFINITY): string {
  // A text of any length costs no more than what is shown of it.
  const part = text.slice(0, 4 * most);
  const seen = [...revealed(part)];
  if (part === text && seen.length <= most) return seen.join("");
  return `${seen.slice(0, most).join("")}… (${text.length.toLocaleString("en-US")} characters)`;
}

const revealed = (text: string): string =>
  text
    .replace(/\r\n|[\n\r\u2028\u2029\u0085]/g, "⏎")
    .replace(emojiOrUnseen, (found) => ([...found].length > 1 || /\p{Emoji}/u.test(found) ? found : codeOf(found)))
    .replace(piledUp, "$1⟨…⟩");

const codeOf = (character: string): string =>
  `⟨U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}⟩`;
