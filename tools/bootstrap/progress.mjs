/** What a long step shows meanwhile: a line that counts on a terminal, a line now and then in a log. Always on standard error. */

const LOG_EVERY_MS = 30_000;

/**
 * Shows that `work` is going on, for how long it has, and about how long it takes.
 *
 * @template T
 * @param {{ title: string, estimateSeconds: number, detail?: () => string }} step
 * @param {() => Promise<T>} work
 * @param {NodeJS.WriteStream} [stream]
 * @returns {Promise<T>}
 */
export async function withProgress({ title, estimateSeconds, detail = () => "" }, work, stream = process.stderr) {
  const started = Date.now();
  const line = () => {
    const extra = detail();
    return `${title} … ${duration((Date.now() - started) / 1000)} of about ${duration(estimateSeconds)}${extra && `, ${extra}`}`;
  };
  const show = () =>
    stream.write(stream.isTTY ? `\r\x1b[2K${line().slice(0, (stream.columns ?? 80) - 1)}` : `${line()}\n`);
  show();
  const timer = setInterval(show, stream.isTTY ? 500 : LOG_EVERY_MS);
  try {
    const result = await work();
    stream.write(`${stream.isTTY ? "\r\x1b[2K" : ""}${title}: done in ${duration((Date.now() - started) / 1000)}\n`);
    return result;
  } catch (error) {
    if (stream.isTTY) stream.write("\r\x1b[2K");
    throw error;
  } finally {
    clearInterval(timer);
  }
}

/** @param {number} seconds */
export function duration(seconds) {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
}
