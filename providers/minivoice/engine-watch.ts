import { connect } from "node:net";

/**
 * Calls `onGone` once the engine at `address` (`host:port`) no longer listens.
 *
 * A killed engine does not take its plugins with it: they would go on writing while the next run begins, and idle ones
 * would stay for good, with the key in their environment.
 * The plugin's parent is a shell that outlives the engine, so the parent's process id tells nothing.
 */
export function watchEngine(address: string | undefined, onGone: () => void): void {
  const [, host, port] = /^(.+):(\d+)$/.exec(address ?? "") ?? [];
  if (!host || !port) return;
  const timer = setInterval(() => {
    const socket = connect({ host, port: Number(port) });
    socket.once("connect", () => socket.destroy());
    socket.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "ECONNREFUSED") return;
      clearInterval(timer);
      onGone();
    });
  }, 1_000);
  timer.unref();
}
