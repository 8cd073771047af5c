import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { type BundleSource, bundle, bundleHash } from "./bundle.ts";

/** No run takes longer, so nobody reads what is older. */
const KEPT_MS = 24 * 60 * 60 * 1000;

/**
 * A bundle as what `aws.lambda.Function` takes for code: Pulumi hashes the file and zips it.
 *
 * A file, because the engine would write a text into the state. It is named after its content, so that two runs at once
 * do not get each other's, and lies in the program's own project, so that the path in the state is the same on any machine.
 */
export async function bundleArchive(source: BundleSource): Promise<pulumi.asset.Archive> {
  const text = await bundle(source);
  const bundles = join(projectOf(process.cwd()), ".local", "bundles");
  const file = join(bundles, `${bundleHash(text).slice(0, 32)}.mjs`);
  await mkdir(bundles, { recursive: true, mode: 0o700 });
  // Another project's rules for git need not know of this folder.
  await writeFile(join(bundles, ".gitignore"), "*\n");
  // Written aside and renamed: another run may be reading it.
  const aside = `${file}.${process.pid}`;
  await writeFile(aside, text);
  await rename(aside, file);
  await removeOldBundles(bundles);
  return new pulumi.asset.AssetArchive({ "index.mjs": new pulumi.asset.FileAsset(relative(process.cwd(), file)) });
}

/** The nearest folder above with a `package.json`: the engine runs the program in its own folder, `infra` for this one. */
function projectOf(program: string): string {
  for (let folder = program; dirname(folder) !== folder; folder = dirname(folder))
    if (existsSync(join(folder, "package.json"))) return folder;
  return program;
}

/** Each change of the source leaves a file. That one cannot be removed is no reason to stop: the next run tries again. */
async function removeOldBundles(bundles: string): Promise<void> {
  const ours = (await readdir(bundles).catch(() => [])).filter((name) => /^[0-9a-f]{32}\.mjs/.test(name));
  const removeIfOld = async (file: string) => {
    if (Date.now() - (await stat(file)).mtimeMs > KEPT_MS) await rm(file);
  };
  await Promise.allSettled(ours.map((name) => removeIfOld(join(bundles, name))));
}
