/** Brings node_modules in line with package-lock.json, when it is not. */
import { existsSync, lstatSync, readFileSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import { join, relative } from "node:path";
import { Problem } from "./problem.mjs";
import { withProgress } from "./progress.mjs";
import { capture } from "./run.mjs";
import { inTurn } from "./turn.mjs";

const ESTIMATE_SECONDS = 40;

/**
 * @param {string} root - the project's directory.
 * @param {{ force?: boolean }} [options] - `force` installs anew in any case, as in continuous integration.
 * @throws {Problem} with npm's own last words when the installation fails.
 */
export async function ensureInstalled(root, { force = false } = {}) {
  const packages = join(root, "node_modules");
  if (lstatSync(packages, { throwIfNoEntry: false })?.isSymbolicLink()) {
    if (!force && isInstalled(root)) return;
    // npm would empty the folder at the other end, which is somebody else's.
    throw new Problem(`${packages} is a link to ${readlinkSync(packages)}, and nothing is installed through a link.`, [
      "Install the packages where they are: npm ci in the folder that the link leads to",
      `Give this copy packages of its own: rm "${packages}"`,
    ]);
  }
  if (force || !isInstalled(root)) {
    const lock = join(root, ".local", "install.lock");
    await inTurn(
      lock,
      () => (force || !isInstalled(root) ? install(root) : undefined),
      (pid) =>
        process.stderr.write(
          `Process ${pid} is installing packages here: waiting for it (if it is another program: rm "${lock}")\n`,
        ),
    );
  }
  linkPrograms(root);
}

/**
 * Whether every package that the lock file asks for is there in that version. npm itself writes what it installed into
 * node_modules/.package-lock.json as its last act, so an interrupted installation never passes.
 */
export function isInstalled(root) {
  const wanted = packagesOf(join(root, "package-lock.json"));
  const installed = packagesOf(join(root, "node_modules", ".package-lock.json"));
  if (!wanted || !installed) return false;
  return Object.entries(wanted).every(([place, { version, link, optional, devOptional }]) => {
    if (!place.startsWith("node_modules/") || link) return true;
    const found = installed[place];
    // Optional packages are mostly for other platforms. The one that holds this platform's Node is not optional to us.
    if (!found)
      return Boolean(optional || devOptional) && place !== `node_modules/node-${process.platform}-${process.arch}`;
    return found.version === version && existsSync(join(root, place, "package.json"));
  });
}

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8")).packages;
  } catch {
    return undefined;
  }
}

async function install(root) {
  // npm removes the old packages first. Were it killed then, this file would still vouch for them.
  rmSync(join(root, "node_modules", ".package-lock.json"), { force: true });
  const [file, ...args] = npmCommand();
  const { code, output } = await withProgress(
    { title: "Installing npm packages", estimateSeconds: ESTIMATE_SECONDS },
    () => capture(file, [...args, "ci", "--loglevel=error"], { cwd: root }),
  );
  if (code === 0 && isInstalled(root)) return;
  const lines = output.split("\n").filter((line) => /\S/.test(line.replace(/^npm (error|ERR!)/, "")));
  throw new Problem(`npm ci failed:\n${lines.slice(0, 8).join("\n")}`, [
    "Without internet, npm needs a registry mirror or a filled cache: npm config get registry shows the one it asks",
    "To see everything that npm says: npm ci",
  ]);
}

/** The npm that started us, if one did: another one on PATH may be older. */
function npmCommand() {
  const { npm_execpath: path } = process.env;
  return path && /npm-cli\.c?js$/.test(path) && existsSync(path) ? [process.execPath, path] : ["npm"];
}

/**
 * Puts two programs where npm scripts and npx look: `minivoice`, since npm does not link a project's own command,
 * and the project's Node, which npm 10 leaves out when the package for another platform names the same program.
 */
function linkPrograms(root) {
  const node = join(root, "node_modules", `node-${process.platform}-${process.arch}`, "bin", "node");
  const programs = { minivoice: join(root, "src", "cli", "bin.mjs"), ...(existsSync(node) && { node }) };
  for (const [name, target] of Object.entries(programs)) {
    const link = join(root, "node_modules", ".bin", name);
    if (lstatSync(link, { throwIfNoEntry: false })) continue;
    try {
      symlinkSync(relative(join(link, ".."), target), link);
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
  }
}
