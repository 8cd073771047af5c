/** One at a time: two commands that start at once must not install into the same directory. Runs on Node 20. */
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { uptime } from "node:os";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Does `work` while holding `file`; waits for a process that holds it, and takes it from one that is gone.
 *
 * @template T
 * @param {string} file @param {() => Promise<T>} work @param {(pid: number) => void} onWait - told each process that it must wait for.
 * @returns {Promise<T>}
 */
export async function inTurn(file, work, onWait) {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  for (let told = 0; !take(file); ) {
    const holder = Number(read(file));
    if (!holds(file, holder)) drop(file, holder);
    else if (holder !== told) onWait(holder);
    told = holder;
    await sleep(100);
  }
  const release = () => Number(read(file)) === process.pid && rmSync(file, { force: true });
  process.on("exit", release);
  try {
    return await work();
  } finally {
    process.off("exit", release);
    release();
  }
}

/** Appears with its text in one step: a reader never finds it empty and takes its holder for dead. */
function take(file) {
  const draft = `${file}.${process.pid}.draft`;
  try {
    writeFileSync(draft, String(process.pid));
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Removes the file of a dead holder, but puts it back if somebody else took it in between. */
function drop(file, holder) {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
    if (Number(read(aside)) === holder) return;
    linkSync(aside, file);
  } catch {
    // Another process was quicker; the next look shows who holds it now.
  } finally {
    rmSync(aside, { force: true });
  }
}

function read(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

/** A number from before the machine was started belongs to another program now, if to any. */
function holds(file, holder) {
  const started = Date.now() - uptime() * 1_000;
  const { mtimeMs = 0 } = statSync(file, { throwIfNoEntry: false }) ?? {};
  return mtimeMs >= started && alive(holder);
}

function alive(pid) {
  try {
    return Number.isInteger(pid) && pid > 0 && process.kill(pid, 0);
  } catch (error) {
    return error.code === "EPERM";
  }
}
