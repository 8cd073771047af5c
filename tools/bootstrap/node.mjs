/** Which Node runs the project: its own (an npm package on Linux), else the installed one if it is new enough. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Problem } from "./problem.mjs";

/** The oldest one that runs TypeScript sources as they are and that every dependency accepts. */
export const OLDEST_NODE = "22.19.0";

/**
 * @param {string} root - the project's directory.
 * @param {{ execPath: string, version: string, platform: string, arch: string }} [host]
 * @returns {string} the path of a Node that can run the project.
 * @throws {Problem} naming the way out when there is none.
 */
export function findNode(root, host = { ...processFacts() }) {
  const own = join(root, "node_modules", `node-${host.platform}-${host.arch}`, "bin", "node");
  if (existsSync(own)) return own;
  if (atLeast(host.version, OLDEST_NODE)) return host.execPath;
  throw new Problem(
    `Node ${OLDEST_NODE} or newer is needed, this is Node ${host.version}, and npm has no newer Node for ${host.platform} on ${host.arch}.`,
    ["Install Node 24 from https://nodejs.org/en/download (or: nvm install 24, brew install node@24)"],
  );
}

/** Refuses, in plain words, the platforms on which nothing below would work. */
export function checkPlatform({ platform, version } = processFacts()) {
  if (platform === "win32") {
    throw new Problem("Windows is supported through WSL only.", [
      "In PowerShell: wsl --install; then clone and run this inside the Linux that it opens (https://learn.microsoft.com/windows/wsl/install)",
    ]);
  }
  if (!["linux", "darwin"].includes(platform)) throw new Problem(`${platform} is not supported: use Linux or macOS.`);
  if (!atLeast(version, "20.0.0")) {
    throw new Problem(`Node 20 or newer is needed to begin with, this is Node ${version}.`, [
      "Install Node 24 from https://nodejs.org/en/download",
    ]);
  }
}

const processFacts = () => ({
  execPath: process.execPath,
  version: process.versions.node,
  platform: process.platform,
  arch: process.arch,
});

/** Whether version `a` is `b` or newer, by the first three numbers in each. */
export function atLeast(a, b) {
  const [left, right] = [a, b].map((version) => (version.match(/\d+/g) ?? []).map(Number));
  for (const place of [0, 1, 2]) {
    const difference = (left[place] || 0) - (right[place] || 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}
