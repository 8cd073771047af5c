import type { ChildProcess } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { stripVTControlCharacters } from "node:util";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { findPulumi } from "../../tools/pulumi/find.mjs";
import { Cli, type Outputs } from "./cli.ts";
import { endProcessesIn } from "./processes.ts";

const repository = resolve(import.meta.dirname, "../..");

const linkRepository = (nodeModules: string) => symlink(join(repository, "node_modules"), nodeModules, "dir");

/** What one engine operation did, as the engine itself tells it. */
export interface Outcome {
  failed: boolean;
  /** Every resource but the stack: what was done to it, e.g. `update Application support`. Unchanged ones are left out. */
  steps: string[];
  /** The properties that differ, e.g. `routes["+15551230001"]`, by the step that they belong to. */
  diffs: Record<string, string[]>;
  /** Diagnostics and progress, as a person reads them. */
  text: string;
}

/**
 * A Pulumi project of its own in a temporary folder, run by the real engine with a file backend.
 *
 * @example
 * const project = await Project.create({ environment: { MINIVOICE_API_KEY: sandbox.portalKey } });
 * await project.write(`new DidRoute("main", { number: "+15551230001", mode: "reject" });`);
 * expect((await project.up()).steps).toEqual(["create DidRoute main"]);
 */
export class Project {
  readonly directory: string;
  readonly stackName: string;
  readonly #cli: Cli;

  private constructor(directory: string, stackName: string, cli: Cli) {
    this.directory = directory;
    this.stackName = stackName;
    this.#cli = cli;
  }

  static async create({
    stackName = "local",
    environment = {},
    config = {},
    install = linkRepository,
  }: {
    stackName?: string;
    environment?: Record<string, string>;
    config?: Record<string, string>;
    /** Fills the project's `node_modules`, at this path. By default it is the repository's. */
    install?: (nodeModules: string) => Promise<void>;
  } = {}): Promise<Project> {
    const command = findPulumi();
    if (!command) throw new Error("the Pulumi CLI is missing: run the tests with `npm test`, which installs it");
    const directory = await mkdtemp(join(tmpdir(), "voice-engine-"));
    const file = (name: string, content: string) => writeFile(join(directory, name), content);
    await mkdir(join(directory, "state"));
    await install(join(directory, "node_modules"));
    await file("package.json", JSON.stringify({ name: "engine-test", type: "module" }));
    await file(
      "Pulumi.yaml",
      "name: engine-test\nruntime: { name: nodejs, options: { typescript: false } }\nmain: index.ts\n",
    );
    await file(`Pulumi.${stackName}.yaml`, JSON.stringify({ config }));
    await file("index.ts", "export {};\n");
    const cli = new Cli(command, directory, { ...engineEnvironment(directory, dirname(command)), ...environment });
    const project = new Project(directory, stackName, cli);
    await project.pulumi(["stack", "init", stackName]);
    return project;
  }

  /** Replaces the program. `pulumi`, all of `pulumi-minivoice` as `minivoice`, and its resources are at hand. */
  async write(program: string): Promise<void> {
    await writeFile(
      join(this.directory, "index.ts"),
      'import * as pulumi from "@pulumi/pulumi";\n' +
        'import * as minivoice from "pulumi-minivoice";\n' +
        "const { Application, DidRoute, DidRouteTable, WebhookSecret } = minivoice;\n" +
        `${program}\n`,
    );
  }

  preview({ expectNoChanges = false, refresh = false } = {}): Promise<Outcome> {
    return this.#operate([
      "preview",
      ...(expectNoChanges ? ["--expect-no-changes"] : []),
      ...(refresh ? ["--refresh", "--run-program"] : []),
    ]);
  }

  up({
    refresh = false,
    replace = [],
    onStart,
  }: {
    refresh?: boolean;
    replace?: string[];
    onStart?: (engine: ChildProcess) => void;
  } = {}): Promise<Outcome> {
    const replaced = replace.flatMap((urn) => ["--replace", urn]);
    return this.#operate(["up", "--yes", "--skip-preview", ...(refresh ? ["--refresh"] : []), ...replaced], onStart);
  }

  refresh(): Promise<Outcome> {
    return this.#operate(["refresh", "--yes", "--skip-preview"]);
  }

  destroy(): Promise<Outcome> {
    return this.#operate(["destroy", "--yes", "--skip-preview"]);
  }

  /** The same project, run by somebody with other environment variables. */
  as(environment: Record<string, string>): Project {
    return new Project(this.directory, this.stackName, this.#cli.as(environment));
  }

  /** Starts an operation and leaves it running, to be killed or waited for. */
  start(args: string[]): ChildProcess {
    return this.#cli.start(args);
  }

  /** Runs any command of the CLI and returns what it wrote to standard output. */
  pulumi(args: string[]): Promise<string> {
    return this.#cli.run(args);
  }

  outputs(): Promise<Outputs> {
    return this.#cli.outputs(this.stackName);
  }

  /** The file in which the engine keeps the state, as it lies on the disk. */
  stateFile(): Promise<string> {
    return readFile(join(this.directory, "state/.pulumi/stacks/engine-test", `${this.stackName}.json`), "utf8");
  }

  async urnOf(name: string): Promise<string> {
    const { deployment } = JSON.parse(await this.pulumi(["stack", "export"]));
    const urns: string[] = deployment.resources.map((resource: { urn: string }) => resource.urn);
    const urn = urns.find((candidate) => candidate.endsWith(`::${name}`));
    if (!urn) throw new Error(`the state holds no resource named ${name}`);
    return urn;
  }

  async remove(): Promise<void> {
    endProcessesIn(this.directory);
    await rm(this.directory, { recursive: true, force: true });
  }

  async #operate(args: string[], onStart?: (engine: ChildProcess) => void): Promise<Outcome> {
    const { code, stdout, stderr, events } = await this.#cli.operate([...args, "--stack", this.stackName], onStart);
    const outcome = outcomeOf(events);
    return code === 0 ? outcome : { ...outcome, failed: true, text: (outcome.text || stdout) + stderr };
  }
}

/** What the engine needs to know, and nothing of the environment in which the tests happen to run. */
export function engineEnvironment(directory: string, pulumiDirectory: string): Record<string, string> {
  return {
    PATH: [
      pulumiDirectory,
      join(repository, "node_modules/.bin"),
      join(repository, "test/engine/host"),
      join(repository, "providers/aws-local/bin"),
      process.env.PATH ?? "",
    ].join(delimiter),
    // As the product's own: without it a killed engine may leave an empty file of attributes, and a state that nothing can read.
    PULUMI_BACKEND_URL: `file://${join(directory, "state")}?metadata=skip`,
    PULUMI_HOME: join(directory, "home"),
    PULUMI_CONFIG_PASSPHRASE: "engine-test",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    ...(process.env.NODE_COMPILE_CACHE && { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE }),
    // Makes the CLI know --event-log.
    PULUMI_DEBUG_COMMANDS: "true",
  };
}

/** What the engine says about itself in every run. */
const isChatter = ({ severity, message }: { severity: string; message: string }): boolean =>
  severity === "debug" || /^using pulumi-resource-\S+ from \$PATH/.test(message);

function outcomeOf(events: EngineEvent[]): Outcome {
  const outcome: Outcome = { failed: false, steps: [], diffs: {}, text: "" };
  for (const { resourcePreEvent, diagnosticEvent } of events) {
    if (diagnosticEvent && !isChatter(diagnosticEvent))
      outcome.text += stripVTControlCharacters(diagnosticEvent.message.replace(/<\{%[^%]*%\}>/g, ""));
    const step = resourcePreEvent?.metadata;
    if (!step || step.op === "same" || step.type === "pulumi:pulumi:Stack" || step.type.startsWith("pulumi:providers:"))
      continue;
    const name = `${step.op} ${step.type.split(":").at(-1)} ${step.urn.split("::").at(-1)}`;
    outcome.steps.push(name);
    if (step.detailedDiff) outcome.diffs[name] = Object.keys(step.detailedDiff).sort();
  }
  return outcome;
}
