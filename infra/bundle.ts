import { createHash } from "node:crypto";
import { basename, join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { build, type Plugin } from "esbuild";

const root = join(import.meta.dirname, "..");
/** What CommonJS packages in an ES module get Node's own modules by. */
const REQUIRE = 'import{createRequire}from"node:module";const require=createRequire(import.meta.url);';

/** What a Lambda function of this package is bundled from. */
export interface BundleSource {
  /** The entry point, relative to `root`, for example `src/functions/answer.ts`. */
  entry: string;
  /** Modules that exist only in the bundle: `{"virtual:answers": value}` makes that import yield the value. */
  virtual?: Record<string, unknown>;
  /** Whether a package in it is CommonJS that requires Node's own modules, which an ES module cannot by itself. */
  requires?: true;
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
export async function bundle({ entry, virtual, requires, root: folder = root }: BundleSource): Promise<string> {
  const texts = await (virtual ? built([entry], folder, virtual) : builtWithOthers(entry, folder));
  return `${requires ? `${REQUIRE}\n` : ""}${texts.get(entry)}`;
}

/** Entry points of one folder that are asked for in the same turn of the event loop, and what becomes of them. */
interface Batch {
  entries: Set<string>;
  texts: Promise<Map<string, string>>;
}
const batches = new Map<string, Batch>();

/** Functions share most of what they import, and together it is read and parsed once. Their texts are the same as alone. */
function builtWithOthers(entry: string, folder: string): Promise<Map<string, string>> {
  const batch = batches.get(folder) ?? startBatch(folder);
  batch.entries.add(entry);
  // What is wrong with one function is not said of the others.
  return batch.texts.catch(() => built([entry], folder));
}

function startBatch(folder: string): Batch {
  const entries = new Set<string>();
  const texts = setImmediate().then(() => {
    batches.delete(folder);
    return built([...entries], folder);
  });
  const batch = { entries, texts };
  batches.set(folder, batch);
  return batch;
}

/** The text of each entry point. */
async function built(entries: string[], folder: string, virtual: Record<string, unknown> = {}) {
  const { outputFiles } = await build({
    absWorkingDir: folder,
    entryPoints: entries.map((entry, index) => ({ in: entry, out: String(index) })),
    outdir: ".",
    bundle: true,
    write: false,
    platform: "node",
    target: "node24",
    format: "esm",
    // ES modules first: they shake better, and mostly need no stand-in for `require`.
    mainFields: ["module", "main"],
    minify: true,
    charset: "utf8",
    legalComments: "none",
    // Without a tsconfig.json nothing outside of the sources can change the result.
    tsconfigRaw: {},
    logLevel: "silent",
    plugins: [virtualModules(virtual)],
  });
  return new Map(outputFiles.map(({ path, text }) => [entries[Number.parseInt(basename(path), 10)] ?? "", text]));
}

/** SHA-256 of a bundle's text in hexadecimal: the engine keeps the same one of the file that it deploys. */
export const bundleHash = (text: string): string => createHash("sha256").update(text).digest("hex");

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
