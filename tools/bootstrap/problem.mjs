/** Something the person at the keyboard can put right: shown as it is, without a stack. */
export class Problem extends Error {
  /** @param {string} message - what is wrong. @param {string[]} ways - what can be done about it, any one of them. */
  constructor(message, ways = []) {
    super(
      [message, ...(ways.length > 1 ? ["Do one of these, then run the command again:"] : [])]
        .concat(ways.map((way) => `  ${way}`))
        .join("\n"),
    );
  }
}
