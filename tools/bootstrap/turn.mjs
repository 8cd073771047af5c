/** One at a time: two commands that start at once must not install into the same directory. Runs on Node 20. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Does `work` while holding `file`; waits for a process that holds it, and takes it from one that is gone.
 *
 * @template T
 * @param {string} file @param {() => Promise<T>} work @param {(pid: number) => void} onWait - told once, if it must wait.
 * @returns {Promise<T>}
 */
export async function inTurn(file, work, onWait) {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  for (let waited = false; !take(file); waited = true) {
    const holder = Number(read(file));
    if (!alive(holder)) drop(file, holder);
    else if (!waited) onWait(holder);
    await sleep(waited ? 300 : 10);
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

function take(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
}

/** Removes the file of a dead holder, but puts it back if somebody else took it in between. */
function drop(file, holder) {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
    if (Number(read(aside)) === holder) return;
    writeFileSync(file, read(aside), { flag: "wx" });
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

function alive(pid) {
  try {
    return Number.isInteger(pid) && pid > 0 && process.kill(pid, 0);
  } catch (error) {
    return error.code === "EPERM";
  }
}
