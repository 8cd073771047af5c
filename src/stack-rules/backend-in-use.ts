import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * The URL of the backend that Pulumi works with, as Pulumi itself finds it: `PULUMI_BACKEND_URL`, else the one that
 * somebody logged in to on this machine. Of the file in which that is noted nothing else is looked at.
 *
 * @returns the empty text where neither says one: then it is Pulumi Cloud.
 * @example backendInUse({ HOME: "/home/somebody" }) // "file://~" after `pulumi login --local`
 */
export function backendInUse(env: NodeJS.ProcessEnv): string {
  if (env.PULUMI_BACKEND_URL) return env.PULUMI_BACKEND_URL;
  const home = env.HOME || env.USERPROFILE;
  const folder = env.PULUMI_CREDENTIALS_PATH || env.PULUMI_HOME || (home && join(home, ".pulumi"));
  if (!folder) return "";
  try {
    const { current } = JSON.parse(readFileSync(join(folder, "credentials.json"), "utf8"));
    return typeof current === "string" ? current : "";
  } catch {
    // Nobody has logged in, or Pulumi itself will say that the file is broken.
    return "";
  }
}
