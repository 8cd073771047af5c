import { git } from "./git.ts";

/** What a deployment is made with beside voice files, flows and settings. */
const programParts = ["Pulumi.yaml", "package-lock.json", "infra", "providers"].concat(
  ["call-flow", "functions", "hooks", "http", "webhooks"].map((part) => `src/${part}`),
);

/** The files of the program that are otherwise in the working tree than in a commit: what they come to only the engine can tell. */
export async function programChanges(
  project: string,
  commit: string,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<string[]> {
  const [edited, added] = await Promise.all([
    git(project, ["diff", "--name-only", "-z", "--no-ext-diff", "--relative", commit, "--", ...programParts], options),
    git(project, ["ls-files", "-z", "--others", "--exclude-standard", "--", ...programParts], options),
  ]);
  const files = `${edited}${added}`.split("\0").filter((file) => file !== "" && !file.endsWith(".md"));
  return [...new Set(files)].sort();
}
