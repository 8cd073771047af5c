/** Makes sure that there is a Pulumi CLI: found, else downloaded, else built from source. */

import { randomUUID } from "node:crypto";
import { accessSync, chmodSync, constants, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { Problem, problemOf } from "../bootstrap/problem.mjs";
import { build, goProblem, oldestGo } from "./build.mjs";
import { download, hostProblem } from "./download.mjs";
import { cacheDirectory, findPulumi, pulumiVersion } from "./find.mjs";

/** How it can be come by. Tests name others. */
const sources = { hostProblem, download, goProblem, build };

/**
 * @param {string} node - the Node that runs the installer.
 * @param {typeof sources} [from]
 * @returns {Promise<string>} the path of the CLI.
 * @throws {Problem} within seconds when it can be neither downloaded nor built.
 */
export async function providePulumi(node, from = sources) {
  const found = findPulumi();
  if (found) return found;

  prepareCache();
  const unreachable = await from.hostProblem();
  const failed = unreachable ?? (await attempt((into) => from.download(node, into)));
  const reasons = failed ? [failed] : [];
  if (failed) {
    const noGo = await from.goProblem();
    if (!noGo) process.stderr.write(`Pulumi cannot be downloaded (${failed}): building it with Go, once\n`);
    reasons.push(noGo ?? (await attempt(from.build)));
  }
  const made = findPulumi();
  if (made) return made;
  const list = reasons.filter(Boolean).map((reason) => `  - ${reason}`);
  throw new Problem([`The Pulumi CLI ${pulumiVersion} is missing and could not be made:`, ...list].join("\n"), [
    `Download it: curl -fsSL https://get.pulumi.com | sh -s -- --version ${pulumiVersion}; then open a new terminal`,
    `Install Go ${oldestGo} or newer from https://go.dev/dl; Pulumi is then built here, once, in about 3 minutes`,
    "Point to one that you have: PULUMI_COMMAND=/path/to/pulumi npm start",
  ]);
}

/** Looks before minutes of work whether its result can be kept. */
function prepareCache() {
  const target = cacheDirectory();
  try {
    mkdirSync(dirname(target), { recursive: true });
    accessSync(dirname(target), constants.W_OK);
    removeLeftovers(target);
  } catch (error) {
    const ways = ["Make it a folder that you can write, or name another one: XDG_CACHE_HOME=/path npm start"];
    throw problemOf(error, ways) ?? error;
  }
}

/**
 * Fills a directory beside the cache and moves it into place in one step, so that nobody ever finds half of it, and two
 * processes that do this at once do not meet.
 *
 * @returns {Promise<string | undefined>} why it did not work, if so.
 */
async function attempt(fill) {
  const target = cacheDirectory();
  const draft = `${target}.draft-${process.pid}-${randomUUID()}`;
  const discard = () => rmSync(draft, { recursive: true, force: true });
  process.on("exit", discard);
  try {
    mkdirSync(draft);
    chmodSync(draft, 0o755);
    await fill(draft);
    place(draft, target);
    return undefined;
  } catch (error) {
    return (problemOf(error) ?? error).message.replace(/\n\s*/g, "; ");
  } finally {
    process.off("exit", discard);
    discard();
  }
}

function place(draft, target) {
  try {
    renameSync(draft, target);
  } catch (error) {
    if (!["ENOTEMPTY", "EEXIST"].includes(error.code)) throw error;
    // Another process was first, and its copy is as good; a broken copy makes way.
    if (findPulumi()) return;
    rmSync(target, { recursive: true, force: true });
    renameSync(draft, target);
  }
}

/** Drafts of processes that were killed. */
function removeLeftovers(target) {
  const prefix = `${basename(target)}.draft-`;
  for (const name of readdirSync(dirname(target))) {
    if (!name.startsWith(prefix)) continue;
    const pid = name.slice(prefix.length).split("-")[0];
    if (!isAlive(Number(pid))) rmSync(join(dirname(target), name), { recursive: true, force: true });
  }
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === "EPERM";
  }
}
