/** Where the Pulumi CLI is. Looks only: `provide.mjs` downloads or builds it. */
import { spawnSync } from "node:child_process";
import { accessSync, constants, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { atLeast } from "../bootstrap/node.mjs";
import { Problem } from "../bootstrap/problem.mjs";

/** The pinned version, such as `3.259.0`. The go.mod file is the one place that names it. */
export const pulumiVersion = /pulumi\/pkg\/v3 v(\S+)/.exec(
  readFileSync(new URL("cli/go.mod", import.meta.url), "utf8"),
)[1];

/** The CLI, and the host that runs Node programs for it. */
export const programs = ["pulumi", "pulumi-language-nodejs"];

/** Where this version is kept for all copies of this project. @param {NodeJS.ProcessEnv} [env] */
export function cacheDirectory(env = process.env) {
  const home = env.HOME || homedir();
  const base =
    env.XDG_CACHE_HOME || (process.platform === "darwin" ? join(home, "Library", "Caches") : join(home, ".cache"));
  return join(base, "voice-environments", `pulumi-${pulumiVersion}-${process.platform}-${process.arch}`);
}

/**
 * The path of a usable CLI whose language host for Node is found too: the one that PULUMI_COMMAND names, whatever its
 * name is, else `pulumi` on PATH if it is new enough, else the one in this project's cache.
 *
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {string | undefined}
 * @throws {Problem} when PULUMI_COMMAND is set and cannot be used.
 */
export function findPulumi(env = process.env) {
  if (env.PULUMI_COMMAND) return named(resolve(env.PULUMI_COMMAND), env);
  for (const directory of (env.PATH ?? "").split(delimiter)) {
    const command = join(directory, "pulumi");
    if (directory && isProgram(command)) {
      // Only the first one counts, as for a shell: an older copy further on would be a surprise.
      if (!reasonAgainst(command, env)) return command;
      break;
    }
  }
  return inCache(env);
}

/** The one in the cache is of the pinned version, which nobody has to ask it for. */
function inCache(env) {
  const directory = join(cacheDirectory(env), "bin");
  return programs.every((program) => isProgram(join(directory, program))) ? join(directory, "pulumi") : undefined;
}

function named(command, env) {
  if (command === inCache(env)) return command;
  const reason = isProgram(command) ? reasonAgainst(command, env) : "is no program";
  if (!reason) return command;
  throw new Problem(`PULUMI_COMMAND is ${JSON.stringify(command)}, which ${reason}.`, [
    `Set it to the path of a Pulumi CLI ${pulumiVersion} or newer that was installed with its language hosts, or unset it`,
  ]);
}

/** Why this CLI cannot be used, if so. */
function reasonAgainst(command, env) {
  const { stdout } = spawnSync(command, ["version"], {
    encoding: "utf8",
    timeout: 10_000,
    env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" },
  });
  const version = /^v?(\d+\.\d+\.\d+\S*)/.exec(stdout ?? "")?.[1];
  if (!version) return "does not answer to `pulumi version`";
  if (!version.startsWith("3.") || !atLeast(version, pulumiVersion)) return `is version ${version}`;
  const places = [dirname(command), ...(env.PATH ?? "").split(delimiter)];
  return places.some((place) => place && isProgram(join(place, "pulumi-language-nodejs")))
    ? undefined
    : "comes without pulumi-language-nodejs";
}

function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
