/** The Pulumi CLI by the Automation API's own installer. */
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { withProgress } from "../bootstrap/progress.mjs";
import { capture } from "../bootstrap/run.mjs";
import { pulumiVersion } from "./find.mjs";

const INSTALLER = "https://get.pulumi.com/install.sh";
const DECIDE_WITHIN_MS = 5_000;
const GIVE_UP_AFTER_MS = 10 * 60_000;

/** Why the download host cannot be reached, if so; known within seconds. @returns {Promise<string | undefined>} */
export async function hostProblem(url = INSTALLER) {
  try {
    const response = await fetch(url, { method: "HEAD", signal: AbortSignal.timeout(DECIDE_WITHIN_MS) });
    return response.ok ? undefined : `${url} answers ${response.status}`;
  } catch (error) {
    const reason = error.name === "TimeoutError" ? "no answer" : (error.cause?.code ?? error.message);
    return `${new URL(url).host}: ${reason}`;
  }
}

/** @param {string} node @param {string} into - an empty directory; the programs land in its `bin`. */
export async function download(node, into) {
  const { code, output } = await withProgress(
    { title: `Downloading Pulumi ${pulumiVersion}`, estimateSeconds: 60 },
    () =>
      capture(node, ["--input-type=module", "--eval", script, into, pulumiVersion], {
        cwd: dirname(fileURLToPath(import.meta.url)),
        timeoutMs: GIVE_UP_AFTER_MS,
      }),
  );
  if (code !== 0) throw new Error(`the installer failed: ${output.trim().split("\n").slice(-3).join(" ")}`);
}

/** Runs in a process of its own, since it needs the project's packages, which this one may have just installed. */
const script = `
  import { createRequire } from "node:module";
  const require = createRequire(import.meta.resolve("@pulumi/pulumi"));
  const { PulumiCommand } = require("@pulumi/pulumi/automation");
  const { SemVer } = require("semver");
  const [root, version] = process.argv.slice(1);
  PulumiCommand.install({ root, version: new SemVer(version) }).catch((error) => {
    console.error(error.message);
    process.exit(1);
  });
`;
