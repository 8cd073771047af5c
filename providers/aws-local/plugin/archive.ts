/** Turns the archives and assets that a program declares into files. */
import { readdir, readFile, stat } from "node:fs/promises";
import { join, posix } from "node:path";
import type { ArchiveValue, AssetValue } from "./values.ts";
import { isArchive, isAsset } from "./values.ts";

/** One file; `path` is relative, with forward slashes. */
export interface CodeFile {
  readonly path: string;
  readonly content: Buffer;
}

/**
 * All files of an archive, sorted by path.
 *
 * @throws Error for a file that cannot be read, and for forms of archive that are not implemented.
 * @example await filesOf({ assets: { "index.mjs": { text: "export const handler = () => 1" } } })
 */
export async function filesOf(code: unknown): Promise<CodeFile[]> {
  if (!isArchive(code))
    throw new Error('property "code" must be an archive, such as new pulumi.asset.AssetArchive({…}).');
  const files = await filesIn(code, "");
  if (files.length === 0) throw new Error('property "code" is an archive without files.');
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/**
 * The one file that an asset is, for a resource whose `source` it is.
 *
 * @throws Error for a file that cannot be read, and for forms of asset that are not implemented.
 * @example await fileOf({ text: "{}" })
 */
export async function fileOf(source: unknown): Promise<CodeFile[]> {
  if (!isAsset(source))
    throw new Error('property "source" must be an asset, such as new pulumi.asset.FileAsset("picture.json").');
  return [{ path: "source", content: await contentOf(source, 'property "source"') }];
}

async function filesIn(archive: ArchiveValue, prefix: string): Promise<CodeFile[]> {
  if (archive.assets) {
    const parts = await Promise.all(
      Object.entries(archive.assets).map(async ([name, item]) => {
        const path = posix.join(prefix, name);
        if (posix.isAbsolute(path) || path.split("/").includes("..")) {
          throw new Error(`property "code" holds a file outside of the archive: "${name}".`);
        }
        if (isArchive(item)) return filesIn(item, path);
        if (isAsset(item)) return [{ path, content: await contentOf(item, `property "code": "${name}"`) }];
        throw new Error(`property "code" holds "${name}", which is neither a file nor an archive.`);
      }),
    );
    return parts.flat();
  }
  if (archive.path) return filesUnder(archive.path, prefix);
  throw new Error('property "code": archives from an address are not implemented by the local AWS; use files.');
}

async function filesUnder(path: string, prefix: string): Promise<CodeFile[]> {
  if (!(await stat(path)).isDirectory()) {
    throw new Error(
      `property "code": packed archives ("${path}") are not implemented by the local AWS; use a directory or an AssetArchive.`,
    );
  }
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const file = join(entry.parentPath, entry.name);
        const inside = file.slice(join(path, "/").length).replaceAll("\\", "/");
        return { path: posix.join(prefix, inside), content: await readFile(file) };
      }),
  );
}

async function contentOf(asset: AssetValue, what: string): Promise<Buffer> {
  if (typeof asset.text === "string") return Buffer.from(asset.text);
  if (asset.path) return readFile(asset.path);
  throw new Error(`${what} is a remote asset, which the local AWS does not implement; use a file or text.`);
}
