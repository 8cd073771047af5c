/** The guard that keeps deployments of real stacks out of the simulator. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parse } from "yaml";

/** Parts of a resource's URN. */
export interface Urn {
  readonly stack: string;
  readonly type: string;
  readonly name: string;
}

/**
 * Reads a URN, such as `urn:pulumi:local::voice::aws:iam/role:Role::answer`.
 *
 * @example parseUrn(urn).stack // "local"
 */
export function parseUrn(urn: string): Urn {
  const [start = "", , types = "", ...name] = urn.split("::");
  return { stack: start.replace("urn:pulumi:", ""), type: types.split("$").at(-1) ?? "", name: name.join("::") };
}

/**
 * Refuses to go on unless the stack is marked as local in its own configuration.
 *
 * @param stack Name of the stack.
 * @param operation What is about to happen, for the message: `create`, `update`, `delete` or `read`.
 * @param configDirectory Directory of `Pulumi.<stack>.yaml`; absent: found from `from` upwards through `Pulumi.yaml`.
 * @throws Error that says how a stack is marked.
 */
export function requireLocalStack(
  stack: string,
  operation: string,
  configDirectory?: string,
  from = process.cwd(),
): void {
  const directory = configDirectory ? resolve(from, configDirectory) : findConfigDirectory(from);
  const file = directory && join(directory, `Pulumi.${stack}.yaml`);
  if (file && isMarkedLocal(file)) return;
  throw new Error(
    `The local AWS refuses to ${operation} resources of the stack "${stack}", which is not marked as local: ` +
      `${file ? `\`voice:local: true\` is not set in ${file}` : "no Pulumi.yaml was found"}. ` +
      "Previews work for every stack; deploy this one with AWS's own provider plugin " +
      "(that is: without providers/aws-local/bin on PATH).",
  );
}

function isMarkedLocal(file: string): boolean {
  if (!existsSync(file)) return false;
  const settings = parse(readFileSync(file, "utf8")) as { config?: Record<string, unknown> } | null;
  // `pulumi config set` writes the text "true", an editor the boolean.
  return String(settings?.config?.["voice:local"]) === "true";
}

function findConfigDirectory(from: string): string | undefined {
  for (let directory = resolve(from); ; directory = dirname(directory)) {
    const project = join(directory, "Pulumi.yaml");
    if (existsSync(project)) {
      const { stackConfigDir = "." } = (parse(readFileSync(project, "utf8")) ?? {}) as { stackConfigDir?: string };
      return resolve(directory, stackConfigDir);
    }
    if (dirname(directory) === directory) return undefined;
  }
}
