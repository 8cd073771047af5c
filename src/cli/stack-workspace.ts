import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join, relative } from "node:path";
import { parse, stringify } from "yaml";
import { cacheDirectory, findPulumi } from "../../tools/pulumi/find.mjs";
import { readDaemon } from "../background/control.ts";
import { readIfThere, writePrivately } from "../background/state-files.ts";
import { CliError } from "./cli-error.ts";
import { awsLocal, localDir, root, sandbox } from "./project.ts";
import { DUMMY_SECRET, isSet, readStackFile, type StackFile, workingCopy } from "./stack-file.ts";

/** Where and how the engine runs for one stack. */
export interface StackWorkspace {
  stack: string;
  /** Whether it lives in the sandbox and the local AWS of this machine. */
  local: boolean;
  /** The path of the CLI. */
  command: string;
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** Where the file backend keeps the stacks of this project; absent for a backend of the user's own. */
  stateDir?: string;
  project: string;
}

/** Whether a command goes to the backend that the user's environment names. A stack of this machine never does. */
const usesOwnBackend = (local: boolean, env = process.env): boolean =>
  !local && Boolean(env.PULUMI_BACKEND_URL || env.PULUMI_ACCESS_TOKEN);

/**
 * Prepares the engine's working copy under `.local/`: the program is the project's own, everything that the engine
 * writes (state, encryption salts, plugin caches) stays there, and nothing that git tracks is touched.
 *
 * @param fullName - of the stack; for a backend of the user's own also as organization/project/stack
 * @param copy - whether to work on a copy on this machine, even where the user's environment names a backend.
 * @throws CliError when the Pulumi CLI is missing or the stack has no configuration file.
 */
export async function openWorkspace(fullName: string, { copy = false } = {}): Promise<StackWorkspace> {
  const command = pulumiCommand();
  const { name: project } = readProject();
  const stack = fullName.split("/").at(-1) ?? fullName;
  const local = isLocal(stack);
  const shared = { stack, local, command, project };
  const ours = [join(root, "node_modules", ".bin"), join(root, "tools", "pulumi", "bin")];
  const path = [dirname(command), dirname(process.execPath), ...ours, process.env.PATH].join(delimiter);
  const env = { ...process.env, PATH: path, PULUMI_STACK: fullName, PULUMI_SKIP_UPDATE_CHECK: "true" };
  if (!copy && usesOwnBackend(local)) return { ...shared, stack: fullName, cwd: root, env };

  const cwd = join(localDir, "pulumi");
  const stateDir = join(localDir, "state");
  for (const directory of [join(cwd, "stacks"), stateDir]) mkdirSync(directory, { recursive: true, mode: 0o700 });
  writePrivately(join(cwd, "Pulumi.yaml"), projectCopy(cwd));
  refreshStackFile(stack, cwd);
  return {
    ...shared,
    cwd,
    stateDir,
    env: { ...env, PULUMI_STACK: stack, ...engineSettings(stateDir), ...(await providerSettings(local, cwd)) },
  };
}

/** The front door has looked for it, and checked it, before this process began; without the front door, look here. */
function pulumiCommand(): string {
  if (process.env.PULUMI_COMMAND) return process.env.PULUMI_COMMAND;
  const command = findPulumi();
  if (command) return command;
  throw new CliError(`the Pulumi CLI is not there (looked on PATH and in ${cacheDirectory()}): run npm start`);
}

interface Project {
  name: string;
  main: string;
  stackConfigDir: string;
  [field: string]: unknown;
}

const readProject = (): Project => parse(readFileSync(join(root, "Pulumi.yaml"), "utf8")) as Project;

/** The project file, with the program where it is and with the project's own answers for AWS. */
function projectCopy(cwd: string): string {
  const project = readProject();
  const from = (...path: string[]) => relative(cwd, join(root, ...path));
  return stringify({
    ...project,
    main: from(project.main),
    plugins: {
      providers: [
        { name: "aws", path: from("providers", "aws-local", "bin") },
        { name: "pulumi-nodejs", path: from("tools", "pulumi", "bin") },
      ],
    },
  });
}

/** The stack's configuration as a pull request edits it. */
function trackedStackFile(stack: string): { name: string; text: string } {
  const { stackConfigDir } = readProject();
  const name = `Pulumi.${stack}.yaml`;
  const file = join(root, stackConfigDir, name);
  if (existsSync(file)) return { name, text: readFileSync(file, "utf8") };
  throw new CliError(`there is no stack ${JSON.stringify(stack)}: ${stackConfigDir}/${name} would configure it`);
}

/**
 * What the stack's file says, as a pull request edits it.
 *
 * @throws CliError when there is none or it is no YAML.
 */
export function stackSettings(stack: string): StackFile {
  const { name, text } = trackedStackFile(stack);
  return readStackFile(text, name);
}

/** A stack with `voice:local` lives in the sandbox and the local AWS of this machine. */
const isLocal = (stack: string): boolean => isSet(stackSettings(stack), "voice:local");

function refreshStackFile(stack: string, cwd: string): void {
  const { name, text } = trackedStackFile(stack);
  const copy = join(cwd, readProject().stackConfigDir, name);
  const base = `${copy}.base`;
  writePrivately(copy, workingCopy(text, readIfThere(base), readIfThere(copy), name));
  writePrivately(base, workingCopy(text, undefined, undefined, name));
}

/** The engine's own files and the key of its secrets: all of them under `.local/`. */
function engineSettings(stateDir: string): NodeJS.ProcessEnv {
  const passphrase = join(localDir, "passphrase");
  createOnce(passphrase, randomBytes(24).toString("base64url"));
  const options = [process.env.NODE_OPTIONS, "--disable-warning=ExperimentalWarning"].filter(Boolean).join(" ");
  return {
    PULUMI_HOME: join(localDir, "pulumi-home"),
    // Without the file of attributes beside each file: an engine that is killed while it writes one leaves it empty, and then
    // nothing can be read any more.
    PULUMI_BACKEND_URL: `file://${stateDir}?metadata=skip`,
    PULUMI_ACCESS_TOKEN: undefined,
    PULUMI_CONFIG_PASSPHRASE: undefined,
    PULUMI_CONFIG_PASSPHRASE_FILE: passphrase,
    PULUMI_IGNORE_AMBIENT_PLUGINS: undefined,
    NODE_OPTIONS: options,
  };
}

/** Of two processes that do this at once, the first one's text stays. */
function createOnce(file: string, text: string): void {
  if (existsSync(file)) return;
  try {
    writeFileSync(file, text, { mode: 0o600, flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

/** A local stack works with what runs on this machine. A preview of another one needs a key, but sends no request. */
async function providerSettings(local: boolean, cwd: string): Promise<NodeJS.ProcessEnv> {
  const config = { AWS_LOCAL_STACK_CONFIG: join(cwd, readProject().stackConfigDir) };
  if (!local) return { ...config, MINIVOICE_API_KEY: DUMMY_SECRET, MINIVOICE_BASE_URL: undefined };
  const [voice, aws] = await Promise.all([readDaemon(sandbox.stateDir), readDaemon(awsLocal.stateDir)]);
  return {
    ...config,
    // Where one does not run, what the user's environment says must not take its place.
    MINIVOICE_BASE_URL: voice?.url,
    MINIVOICE_API_KEY: voice && String(voice.portalKey),
    AWS_LOCAL_URL: aws?.url,
    AWS_LOCAL_TOKEN: aws && String(aws.token),
  };
}
