import type { Server } from "node:net";

/** Below the range from which systems take the ports of outgoing connections, so that a port stays free over a restart. */
const FIRST_PORT = 20_000;
const LAST_PORT = 32_000;
const ATTEMPTS = 50;

/** The port that was asked for belongs to another program. */
export class PortTaken extends Error {
  readonly code = "EADDRINUSE";
  readonly port: number;

  constructor(port: number, owner: string) {
    super(
      `port ${port} of ${owner} is in use by another program. See which one: lsof -nP -iTCP:${port} -sTCP:LISTEN. ` +
        "End it and start again; or begin anew, with other ports: npm stop -- --reset",
    );
    this.name = "PortTaken";
    this.port = port;
  }
}

/**
 * Makes a server listen on loopback.
 *
 * @param owner - whose port it is, for messages.
 * @param port - the port of an earlier run; absent: a free one is chosen.
 * @returns the port.
 * @throws PortTaken when the port of an earlier run is taken.
 * @example
 * const port = await listenOnLoopback(server, "the sandbox", portOfTheLastRun);
 */
export async function listenOnLoopback(server: Server, owner: string, port?: number): Promise<number> {
  if (port !== undefined) {
    if (await tryToListen(server, port)) return port;
    throw new PortTaken(port, owner);
  }
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const candidate = FIRST_PORT + Math.floor(Math.random() * (LAST_PORT - FIRST_PORT));
    if (await tryToListen(server, candidate)) return candidate;
  }
  throw new Error(`no free port was found for ${owner} between ${FIRST_PORT} and ${LAST_PORT}`);
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
