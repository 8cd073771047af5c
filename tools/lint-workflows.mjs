#!/usr/bin/env node
/**
 * `npm run lint:workflows`: actionlint and zizmor on `.github/workflows`. Both are pinned and kept outside of the tree. Where
 * Go or Python is missing, or the tool cannot be had, it is said that it was skipped.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheDirectory } from "./pulumi/find.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const workflows = join(root, ".github", "workflows");
const files = readdirSync(workflows).map((name) => join(workflows, name));
const cache = join(dirname(cacheDirectory()), "workflow-linters");

const actionlint = join(cache, "actionlint-1.7.12", "actionlint");
const zizmor = join(cache, "zizmor-1.32.0", "bin", "zizmor");

/** Runs a program to its end, and says whether it went well. */
const succeeds = (program, args, env = {}) =>
  spawnSync(program, args, { stdio: ["ignore", "inherit", "inherit"], env: { ...process.env, ...env } }).status === 0;

const install = {
  actionlint: () =>
    succeeds("go", ["install", "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12"], { GOBIN: dirname(actionlint) }),
  zizmor: () =>
    succeeds("python3", ["-m", "venv", dirname(dirname(zizmor))]) &&
    succeeds(join(dirname(zizmor), "pip"), ["install", "--quiet", "--disable-pip-version-check", "zizmor==1.32.0"]),
};

/** @returns {boolean} false when the linter found something */
function lint(name, program, args) {
  if (!existsSync(program) && !(install[name]() && existsSync(program))) {
    console.log(`${name}: skipped, it could not be installed here (it needs ${name === "zizmor" ? "Python" : "Go"})`);
    return true;
  }
  const fine = succeeds(program, args);
  console.log(`${name}: ${fine ? "ok" : "failed"}`);
  return fine;
}

const results = [lint("actionlint", actionlint, files), lint("zizmor", zizmor, ["--offline", "--quiet", ...files])];
process.exit(results.every(Boolean) ? 0 : 1);
