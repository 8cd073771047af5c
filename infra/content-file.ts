import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import * as pulumi from "@pulumi/pulumi";

/** No run takes longer, so nobody reads what is older. */
const KEPT_MS = 24 * 60 * 60 * 1000;

/**
 * A text as an asset that the engine hashes and uploads.
 *
 * A file, because the engine would write a text into the state. It is named after its content, so that two runs at once
 * do not get each other's, and lies in the program's own project, so that the path in the state is the same on any machine.
 *
 * @param folder - below `.local` of the project, such as `bundles`.
 * @param ending - of the file's name, such as `.mjs`.
 */
export async function contentFile(folder: string, text: string, ending: string): Promise<pulumi.asset.FileAsset> {
  const directory = join(projectOf(process.cwd()), ".local", folder);
  const file = join(directory, `${createHash("sha256").update(text).digest("hex").slice(0, 32)}${ending}`);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  // Another project's rules for git need not know of this folder.
  await writeFile(join(directory, ".gitignore"), "*\n");
  // Written aside and renamed: another run may be reading it.
  const aside = `${file}.${process.pid}`;
  await writeFile(aside, text);
  await rename(aside, file);
  await removeOld(directory, ending);
  return new pulumi.asset.FileAsset(relative(process.cwd(), file));
}

/** The nearest folder above with a `package.json`: the engine runs the program in its own folder, `infra` for this one. */
function projectOf(program: string): string {
  for (let folder = program; dirname(folder) !== folder; folder = dirname(folder))
    if (existsSync(join(folder, "package.json"))) return folder;
  return program;
}

/** Each change leaves a file. That one cannot be removed is no reason to stop: the next run tries again. */
async function removeOld(directory: string, ending: string): Promise<void> {
  const names = await readdir(directory).catch(() => []);
  const ours = names.filter((name) => /^[0-9a-f]{32}$/.test(name.slice(0, 32)) && name.startsWith(ending, 32));
  const removeIfOld = async (file: string) => {
    if (Date.now() - (await stat(file)).mtimeMs > KEPT_MS) await rm(file);
  };
  await Promise.allSettled(ours.map((name) => removeIfOld(join(directory, name))));
}
