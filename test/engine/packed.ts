import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { pack } from "../../tools/package/pack.ts";
import { run } from "../../tools/package/run.ts";

const repository = resolve(import.meta.dirname, "../..");

/** The package as it is published, in a folder of its own. */
export interface Packed {
  tarball: string;
  /**
   * What `npm install` of the tarball makes, without the registry: what the package depends on is linked, and nothing else
   * is there.
   *
   * @param version - says later which copy was running
   */
  install(nodeModules: string, version?: string): Promise<void>;
}

/** @example const { install } = await packed(folder); await Project.create({ install }); */
export async function packed(folder: string): Promise<Packed> {
  const tarball = await pack(folder);
  return {
    tarball,
    async install(nodeModules, version) {
      const directory = join(nodeModules, "pulumi-minivoice");
      await mkdir(directory, { recursive: true });
      await run("tar", ["-xzf", tarball, "-C", directory, "--strip-components", "1"]);
      const manifestFile = join(directory, "package.json");
      const manifest = JSON.parse(await readFile(manifestFile, "utf8"));
      for (const name of [...Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }), "@types/node"]) {
        await mkdir(dirname(join(nodeModules, name)), { recursive: true });
        await symlink(join(repository, "node_modules", name), join(nodeModules, name), "dir");
      }
      if (version) await writeFile(manifestFile, JSON.stringify({ ...manifest, version }));
    },
  };
}
