import { stripVTControlCharacters } from "node:util";

/** Text from elsewhere as a terminal may show it: nothing in it moves the cursor, hides a line or colours one. */
export const plainText = (text: string): string =>
  stripVTControlCharacters(text).replaceAll(/[^\P{C}\n\t]/gu, "\ufffd");
