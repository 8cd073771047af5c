import { createHash } from "node:crypto";
import { join } from "node:path";
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
export async function bundle({ entry, virtual = {}, requires, root: folder = root }: BundleSource): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: folder,
    entryPoints: [entry],
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
    ...(requires && { banner: { js: REQUIRE } }),
    // Without a tsconfig.json nothing outside of the sources can change the result.
    tsconfigRaw: {},
    logLevel: "silent",
    plugins: [virtualModules(virtual)],
  });
  return outputFiles.map(({ text }) => text).join("");
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
