import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { build, type Plugin } from "esbuild";

const root = join(import.meta.dirname, "..");
/** No run takes longer, so nobody reads what is older. */
const KEPT_MS = 24 * 60 * 60 * 1000;

/** What a Lambda function of this package is bundled from. */
export interface BundleSource {
  /** The entry point, relative to `root`, for example `src/functions/answer.ts`. */
  entry: string;
  /** Modules that exist only in the bundle: `{"virtual:answers": value}` makes that import yield the value. */
  virtual?: Record<string, unknown>;
  /** The folder that `entry` is relative to; this package unless told otherwise. */
  root?: string;
}

/**
 * Bundles an entry point into the text of one minified ES module for the Node runtime of AWS Lambda.
 *
 * Deterministic: the same source gives the same text in any folder, on any machine, at any time. Otherwise
 * each colleague's `pulumi up` would deploy every function anew, and a reviewer could not tell what changed.
 *
 * @throws with esbuild's messages when the source does not compile.
 */
export async function bundle({ entry, virtual = {}, root: folder = root }: BundleSource): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: folder,
    entryPoints: [entry],
    bundle: true,
    write: false,
    platform: "node",
    target: "node24",
    format: "esm",
    // ES modules first: they shake better, and need no stand-in for `require`.
    mainFields: ["module", "main"],
    minify: true,
    charset: "utf8",
    legalComments: "none",
    // Without a tsconfig.json nothing outside of the sources can change the result.
    tsconfigRaw: {},
    logLevel: "silent",
    plugins: [virtualModules(virtual)],
  });
  return outputFiles.map(({ text }) => text).join("");
}

/**
 * A bundle as what `aws.lambda.Function` takes for code: Pulumi hashes the file and zips it.
 *
 * A file, because the engine would write a text into the state. It is named after its content, so that two runs at once
 * do not get each other's, and lies in the program's own project, so that the path in the state is the same on any machine.
 */
export async function bundleArchive(source: BundleSource): Promise<pulumi.asset.Archive> {
  const text = await bundle(source);
  const bundles = join(projectOf(process.cwd()), ".local", "bundles");
  const file = join(bundles, `${createHash("sha256").update(text).digest("hex").slice(0, 32)}.mjs`);
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

function virtualModules(modules: Record<string, unknown>): Plugin {
  return {
    name: "virtual-modules",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^virtual:/ }, ({ path }) =>
        path in modules
          ? { path, namespace: "virtual" }
          : { errors: [{ text: `${path} is not among the virtual modules of this bundle` }] },
      );
      onLoad({ filter: /.*/, namespace: "virtual" }, ({ path }) => ({
        contents: JSON.stringify(modules[path]),
        loader: "json",
      }));
    },
  };
}
