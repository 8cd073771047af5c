import { rmSync, statSync } from "node:fs";
import { tryLock } from "./file-lock.ts";
import { PortTaken } from "./ports.ts";
import { type DaemonState, filesOf, readIfThere, writePrivately } from "./state-files.ts";

/** A service that {@link runDaemon} keeps running. */
export interface Daemon {
  /** What people call it, and what its health check answers. */
  name: string;
  stateDir: string;
  /** Milliseconds without a {@link ServiceContext.touch} after which it stops by itself. */
  idleTimeoutMs: number;
  /** May throw {@link PortTaken} for the port of the last run: it is then called again, for a free one. */
  start(context: ServiceContext): Promise<Service>;
}

export interface ServiceContext {
  /** The port of the last run, to be used again so that an address somebody noted stays right. Absent: take a free one. */
  port: number | undefined;
  /** Call it on each request that counts as use. */
  touch: () => void;
}

export interface Service {
  /** `GET <url>/healthz` must answer 200 `{"name": <name>, "pid": <process id>}`. */
  url: string;
  /** Goes into `daemon.json`, which only its owner can read. */
  details?: Record<string, unknown>;
  close(): Promise<void>;
}

const LOCK_WITHIN_MS = 300;
const UPKEEP_MS = 1_000;
const CLOSE_WITHIN_MS = 5_000;

/**
 * Runs a service as the main job of this process, until SIGTERM, SIGINT or idle time; then ends the process.
 *
 * At most one process runs for a state directory: a second one says so and ends with exit code 0. While it runs,
 * `daemon.json` is kept correct, and a state directory that was deleted stops the service, since nobody could find it.
 *
 * @example
 * await runDaemon({ name: "sandbox", stateDir, idleTimeoutMs: 2 * 60 * 60_000, start: ({ port, touch }) => listen(port, touch) });
 */
export async function runDaemon(daemon: Daemon): Promise<void> {
  try {
    await run(daemon);
    process.exit(0);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(1);
  }
}

async function run({ name, stateDir, idleTimeoutMs, start }: Daemon): Promise<void> {
  const files = filesOf(stateDir);
  const lock = tryLock(files.lock, LOCK_WITHIN_MS);
  if (!lock) return console.error(`${name} is already running for ${stateDir}`);

  const lockInode = inodeOf(files.lock);
  const stop = stopRequest();
  let lastUse = Date.now();
  const touch = () => (lastUse = Date.now());
  const port = recordedPort(files.port);
  const service = await start({ port, touch }).catch((error) => {
    // Whoever uses the service reads its address in daemon.json, so a free port is as good. Not so for other ports of it.
    if (!(error instanceof PortTaken) || error.port !== port) throw error;
    console.error(`port ${port} is in use by another program: ${name} takes another one`);
    return start({ port: undefined, touch });
  });

  const startedAt = new Date().toISOString();
  const state: DaemonState = { ...service.details, name, pid: process.pid, url: service.url, startedAt };
  const text = `${JSON.stringify(state, null, 2)}\n`;
  writePrivately(files.port, new URL(service.url).port);
  writePrivately(files.state, text);
  console.error(`${name} listens on ${service.url}`);

  const upkeep = setInterval(
    () => {
      if (inodeOf(files.lock) !== lockInode) stop.now("its state directory was deleted");
      else if (Date.now() - lastUse >= idleTimeoutMs) stop.now("nobody used it");
      else if (readIfThere(files.state) !== text) writePrivately(files.state, text);
    },
    Math.min(UPKEEP_MS, idleTimeoutMs),
  );

  console.error(`${name} stops: ${await stop.requested}`);
  clearInterval(upkeep);
  setTimeout(() => process.exit(0), CLOSE_WITHIN_MS).unref();
  rmSync(files.state, { force: true });
  await service.close();
  lock.release();
}

/** Listens from the very start, so that a signal during a slow start is not lost. */
function stopRequest() {
  const { promise: requested, resolve: now } = Promise.withResolvers<string>();
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => now(signal));
  return { requested, now };
}

/** A broken record is no reason to refuse: a free port is chosen. */
function recordedPort(file: string): number | undefined {
  const port = Number(readIfThere(file)?.trim() || Number.NaN);
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
}

const inodeOf = (file: string): number | undefined => statSync(file, { throwIfNoEntry: false })?.ino;
