/** The Pulumi CLI and its language host from the Go modules pinned beside this file. */
import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { atLeast } from "../bootstrap/node.mjs";
import { withProgress } from "../bootstrap/progress.mjs";
import { capture } from "../bootstrap/run.mjs";
import { pulumiVersion } from "./find.mjs";

const version = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";

/** In the order in which they are built: the small one first, so that what is wrong shows early. */
const steps = [
  {
    directory: "language-nodejs",
    program: "host/pulumi-language-nodejs",
    source: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
    flags: [],
    coreSeconds: 110,
  },
  {
    directory: "cli",
    program: "pulumi",
    source: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    flags: ["-tags", "osusergo,grpcnotrace", "-ldflags", `-X ${version}=v${pulumiVersion}`],
    coreSeconds: 350,
  },
];

/** The oldest Go that the pinned modules build with. */
export const oldestGo = /^go (\S+)/m.exec(readFileSync(new URL("cli/go.mod", import.meta.url), "utf8"))[1];

/** Why Go cannot build it here, if so; known at once. @returns {Promise<string | undefined>} */
export async function goProblem() {
  const { code, output } = await capture("go", ["env", "GOVERSION", "GOTOOLCHAIN"], {
    cwd: "/",
    env: { ...process.env, GOTOOLCHAIN: process.env.GOTOOLCHAIN || "" },
    timeoutMs: 10_000,
  });
  if (code === 127) return `Go is not installed (${oldestGo} or newer is needed to build it)`;
  const [found = "", toolchain = ""] = output.trim().split("\n");
  // From 1.21 on, Go fetches the version that a module asks for, unless it is told to stay local.
  if (code === 0 && (atLeast(found, oldestGo) || (atLeast(found, "1.21") && !toolchain.startsWith("local"))))
    return undefined;
  return `Go ${oldestGo} or newer is needed to build it, ${found || "this one"} is installed`;
}

/** @param {string} into - an empty directory; the programs land in its `bin`. */
export async function build(into) {
  for (const [index, { directory, program, source, flags, coreSeconds }] of steps.entries()) {
    let compiled = 0;
    const step = {
      title: `Building ${basename(program)} (${index + 1} of ${steps.length})`,
      estimateSeconds: coreSeconds / availableParallelism(),
      detail: () => (compiled > 0 ? `${compiled} packages compiled` : ""),
    };
    const { code, output } = await withProgress(step, () =>
      capture("go", ["build", "-v", "-trimpath", ...flags, "-o", join(into, "bin", program), source], {
        cwd: join(dirname(fileURLToPath(import.meta.url)), directory),
        // Without cgo the result is the same on every machine, and no C compiler is needed.
        env: { ...process.env, CGO_ENABLED: "0" },
        onOutput: (text) => {
          if (!text.startsWith("go: ")) compiled += text.split("\n").length - 1;
        },
      }),
    );
    if (code !== 0) throw new Error(`go build failed: ${lastWords(output)}`);
  }
  writeFileSync(join(into, "bin", "pulumi-language-nodejs"), hostWithoutTypeScript, { mode: 0o755 });
}

/**
 * The pinned host is older than the way in which the CLI tells it of `typescript: false` in Pulumi.yaml: left alone it
 * loads a TypeScript compiler in each run (0.3 s of an empty preview's 1.2 s), which nobody asks anything.
 */
const hostWithoutTypeScript = '#!/bin/sh\nexec "$(dirname "$0")/host/pulumi-language-nodejs" -typescript=false "$@"\n';

const lastWords = (output) =>
  output
    .trim()
    .split("\n")
    .filter((line) => !/^go: downloading/.test(line))
    .slice(-3)
    .join("; ");
