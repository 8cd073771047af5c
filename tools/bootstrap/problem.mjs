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

/** What to do where the system refused to read or write a file. */
const waysOut = {
  EACCES: (path) => `Make it yours to write: ls -ld "${path}" shows whose it is`,
  EPERM: (path) => `Make it yours to write: ls -ld "${path}" shows whose it is`,
  EROFS: () => "It is on a read-only disk: use a copy of this project on another one",
  ENOSPC: (path) => `Make room on its disk: df -h "${path}" shows how much is left`,
  EDQUOT: () => "Make room: your share of its disk is used up",
  ENOTDIR: () => "A file is where a folder should be on that path: move it away",
  EISDIR: () => "A folder is where a file should be: move it away",
};

/**
 * What an error says to the person at the keyboard: what the system refused is nobody's bug, so it is told like a
 * {@link Problem}, with the path and the way out.
 *
 * @param {unknown} error @param {string[]} [ways] - instead of the general way out.
 * @returns {Problem | undefined} nothing for any other error.
 */
export function problemOf(error, ways) {
  if (error instanceof Problem) return error;
  if (typeof error?.code !== "string" || typeof error.syscall !== "string") return undefined;
  const path = error.dest ?? error.path ?? ".";
  // As in "EACCES: permission denied, mkdir '/path'".
  const reason = /^\w+: (.*?),/.exec(error.message)?.[1] ?? `${error.syscall} failed`;
  const way = waysOut[error.code]?.(path) ?? `See what is there: ls -ld "${path}"`;
  return new Problem(`${path}: ${reason} (${error.code})`, ways ?? [way]);
}
