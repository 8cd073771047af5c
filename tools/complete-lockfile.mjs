#!/usr/bin/env node
/**
 * Adds the platform packages that `npm install` left out of package-lock.json.
 *
 * Tools such as Biome ship one optional package per platform. npm writes into the lock file only those that the
 * registry of the moment could show it, and `npm ci` then refuses the file, here or on another platform. An entry
 * needs no more than version and platform; npm checks the rest where the package is really installed.
 *
 * Run it after each `npm install`: `node tools/complete-lockfile.mjs`. A test fails when it was forgotten.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/**
 * @param {{packages: Record<string, any>}} lock - the parsed lock file; entries are added in place.
 * @returns {string[]} the names of the packages that were missing.
 */
export function complete(lock) {
  const missing = [];
  for (const [place, { optionalDependencies = {}, dev }] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      const hoisted = `node_modules/${name}`;
      if (lock.packages[hoisted] || lock.packages[`${place}/${hoisted}`]) continue;
      const platform = platformOf(name);
      if (!platform) continue;
      const { os, cpu, libc } = platform;
      lock.packages[hoisted] = { version, cpu, ...(dev && { dev }), ...(libc && { libc }), optional: true, os };
      missing.push(name);
    }
  }
  const [[root, project], ...rest] = Object.entries(lock.packages);
  rest.sort(([a], [b]) => a.localeCompare(b, "en"));
  lock.packages = { [root]: project, ...Object.fromEntries(rest) };
  return missing;
}

/** `…-linux-arm64-musl` → what npm's fields `os`, `cpu` and `libc` say for it. */
function platformOf(name) {
  const match = /-(aix|android|darwin|freebsd|linux|openharmony|win32)-([a-z0-9]+)(?:-([a-z]+))?$/.exec(name);
  if (!match) return undefined;
  const [, os, cpu, abi] = match;
  if (os !== "linux") return { os: [os], cpu: [cpu] };
  return { os: [os], cpu: [cpu], libc: [abi?.startsWith("musl") ? "musl" : "glibc"] };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = new URL("../package-lock.json", import.meta.url);
  const lock = JSON.parse(readFileSync(file, "utf8"));
  const missing = complete(lock);
  if (missing.length > 0) writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(missing.length > 0 ? `added ${missing.join(", ")}` : "package-lock.json is complete");
}
