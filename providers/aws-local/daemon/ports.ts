import type { Server } from "node:http";

/** Below the range from which systems take the ports of outgoing connections, so that a stored port stays free. */
const FIRST_PORT = 20_000;
const LAST_PORT = 32_000;
const ATTEMPTS = 50;

/**
 * Makes a server listen on loopback.
 *
 * @param port The port of an earlier run; absent: a free one is chosen.
 * @returns The port.
 * @throws Error that names `owner` when the port of an earlier run is taken.
 */
export async function listenOnLoopback(server: Server, owner: string, port?: number): Promise<number> {
  if (port !== undefined) {
    if (await tryToListen(server, port)) return port;
    throw new Error(
      `Port ${port} of ${owner} is taken by another process. End that process (find it with \`lsof -i :${port}\`), ` +
        "or delete the folder of the local AWS to begin with an empty one.",
    );
  }
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const candidate = FIRST_PORT + Math.floor(Math.random() * (LAST_PORT - FIRST_PORT));
    if (await tryToListen(server, candidate)) return candidate;
  }
  throw new Error(`No free port was found for ${owner} between ${FIRST_PORT} and ${LAST_PORT}.`);
}

function tryToListen(server: Server, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const refused = (error: NodeJS.ErrnoException) => (error.code === "EADDRINUSE" ? resolve(false) : reject(error));
    server.once("error", refused);
    server.listen(port, "127.0.0.1", () => {
      server.removeListener("error", refused);
      resolve(true);
    });
  });
}
