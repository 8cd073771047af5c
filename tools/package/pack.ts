import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { buildPackage } from "./build.ts";
import { run } from "./run.ts";

/**
 * Builds the package in `<destination>/package` and packs it.
 *
 * @returns the path of the tarball
 */
export async function pack(destination: string): Promise<string> {
  await mkdir(destination, { recursive: true });
  const directory = join(destination, "package");
  const { name, version } = await buildPackage(directory);
  await run("npm", ["pack", "--pack-destination", destination], { cwd: directory });
  return join(destination, `${name}-${version}.tgz`);
}

if (process.argv[1] === import.meta.filename) {
  try {
    console.log(await pack(resolve(import.meta.dirname, "../../.local/package")));
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
