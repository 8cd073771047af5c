import { copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { run } from "./run.ts";

const root = join(import.meta.dirname, "../..");
const sources = join(root, "providers/minivoice");

interface Manifest {
  name: string;
  version: string;
  exports: Record<string, string>;
  [field: string]: unknown;
}

/**
 * Writes the package `pulumi-minivoice` as strangers install it into an empty folder: the tree of the sources, with each
 * `.ts` as `.js`, `.d.ts` and `.js.map`. Node strips types from no file in `node_modules`, so sources would not run there.
 *
 * The same sources give the same files in any folder on any machine.
 *
 * @throws Error with the compiler's messages
 */
export async function buildPackage(directory: string): Promise<Manifest> {
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  const compiler = join(root, "node_modules/typescript/bin/tsc");
  await run(process.execPath, [compiler, "-p", join(import.meta.dirname, "tsconfig.json"), "--outDir", directory]);
  await tidy(directory);

  const manifest = published(JSON.parse(await readFile(join(sources, "package.json"), "utf8")));
  await writeFile(join(directory, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  await copyFile(join(sources, "README.md"), join(directory, "README.md"));
  await copyFile(join(root, "LICENSE"), join(directory, "LICENSE"));
  return manifest;
}

/** In the repository the sources are what runs, and the folder is `private`, so that nobody publishes them by mistake. */
function published({ private: _private, exports: entries, ...manifest }: Manifest): Manifest {
  const built = (source: string, ending: string) => source.replace(/\.ts$/, ending);
  const main = entries["."] ?? "";
  return {
    ...manifest,
    // For compilers that do not read `exports` yet.
    main: built(main, ".js"),
    types: built(main, ".d.ts"),
    exports: Object.fromEntries(
      Object.entries(entries).map(([path, source]) => [
        path,
        { types: built(source, ".d.ts"), default: built(source, ".js") },
      ]),
    ) as never,
  };
}

/** What the compiler leaves as it was in the repository, where it would be wrong or different on each machine. */
async function tidy(directory: string): Promise<void> {
  for (const file of await readdir(directory, { recursive: true })) {
    const path = join(directory, file);
    // A source map carries its source, so a name is enough; the path would be that of this machine.
    if (file.endsWith(".js.map"))
      await rewrite(path, (text) =>
        JSON.stringify({ ...JSON.parse(text), sources: [basename(file, ".js.map").concat(".ts")] }),
      );
    // The compiler rewrites the endings of imports in JavaScript alone.
    if (file.endsWith(".d.ts"))
      await rewrite(path, (text) => text.replace(/(\bfrom "|\bimport\(")(\.[^"]*)\.ts"/g, '$1$2.js"'));
  }
}

async function rewrite(path: string, change: (text: string) => string): Promise<void> {
  await writeFile(path, change(await readFile(path, "utf8")));
}
