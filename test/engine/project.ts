import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { type EngineEvent, LocalWorkspace, type Stack } from "@pulumi/pulumi/automation/index.js";
import { pulumiBinDirectory } from "../../tools/pulumi/find.mjs";

const repository = resolve(import.meta.dirname, "../..");

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
  readonly stack: Stack;

  private constructor(directory: string, stack: Stack) {
    this.directory = directory;
    this.stack = stack;
  }

  static async create({
    stackName = "local",
    environment = {},
    config = {},
  }: {
    stackName?: string;
    environment?: Record<string, string>;
    config?: Record<string, string>;
  } = {}): Promise<Project> {
    const pulumiDirectory = await pulumiBinDirectory();
    if (!pulumiDirectory)
      throw new Error("the Pulumi CLI is missing: run the tests with `npm test`, which installs it");
    const directory = await mkdtemp(join(tmpdir(), "voice-engine-"));
    const file = (name: string, content: string) => writeFile(join(directory, name), content);
    await mkdir(join(directory, "state"));
    await symlink(join(repository, "node_modules"), join(directory, "node_modules"), "dir");
    await file("package.json", JSON.stringify({ name: "engine-test", type: "module" }));
    await file(
      "Pulumi.yaml",
      "name: engine-test\nruntime: { name: nodejs, options: { typescript: false } }\nmain: index.ts\n",
    );
    await file("index.ts", "export {};\n");
    const stack = await LocalWorkspace.createStack(
      { stackName, workDir: directory },
      { envVars: { ...engineEnvironment(directory, pulumiDirectory), ...environment } },
    );
    for (const [key, value] of Object.entries(config)) await stack.setConfig(key, { value });
    return new Project(directory, stack);
  }

  /** Replaces the program. `pulumi` and the resources of `pulumi-minivoice` are imported already. */
  async write(program: string): Promise<void> {
    await writeFile(
      join(this.directory, "index.ts"),
      'import * as pulumi from "@pulumi/pulumi";\n' +
        'import { Application, DidRoute, DidRouteTable, WebhookSecret } from "pulumi-minivoice";\n' +
        `export const used = [pulumi, Application, DidRoute, DidRouteTable, WebhookSecret].length;\n${program}\n`,
    );
  }

  preview(options: { expectNoChanges?: boolean; refresh?: boolean } = {}): Promise<Outcome> {
    return watch((watching) => this.stack.preview({ ...watching, ...options }));
  }

  up(options: { refresh?: boolean; replace?: string[] } = {}): Promise<Outcome> {
    return watch((watching) => this.stack.up({ ...watching, ...options }));
  }

  refresh(): Promise<Outcome> {
    return watch((watching) => this.stack.refresh(watching));
  }

  destroy(): Promise<Outcome> {
    return watch((watching) => this.stack.destroy(watching));
  }

  outputs(): Promise<Record<string, { value: unknown; secret: boolean }>> {
    return this.stack.outputs();
  }

  /** The file in which the engine keeps the state, as it lies on the disk. */
  stateFile(): Promise<string> {
    return readFile(join(this.directory, "state/.pulumi/stacks/engine-test", `${this.stack.name}.json`), "utf8");
  }

  async urnOf(name: string): Promise<string> {
    const { deployment } = await this.stack.exportStack();
    const urn = deployment.resources
      .map((resource: { urn: string }) => resource.urn)
      .find((urn: string) => urn.endsWith(`::${name}`));
    if (!urn) throw new Error(`the state holds no resource named ${name}`);
    return urn;
  }

  async remove(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
  }
}

/** What the engine needs to know, and nothing of the environment in which the tests happen to run. */
export function engineEnvironment(directory: string, pulumiDirectory: string): Record<string, string> {
  return {
    PATH: [
      pulumiDirectory,
      join(repository, "node_modules/.bin"),
      join(repository, "node_modules/@pulumi/pulumi"),
      join(repository, "providers/aws-local/bin"),
      process.env.PATH ?? "",
    ].join(delimiter),
    PULUMI_BACKEND_URL: `file://${join(directory, "state")}`,
    PULUMI_HOME: join(directory, "home"),
    PULUMI_CONFIG_PASSPHRASE: "engine-test",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK: "true",
  };
}

/** What the engine says about itself in every run. */
const isChatter = ({ severity, message }: { severity: string; message: string }): boolean =>
  severity === "debug" || /^using pulumi-resource-\S+ from \$PATH/.test(message);

type Watching = { onEvent: (event: EngineEvent) => void; onOutput: (text: string) => void; color: "never" };

async function watch(operate: (watching: Watching) => Promise<unknown>): Promise<Outcome> {
  const outcome: Outcome = { failed: false, steps: [], diffs: {}, text: "" };
  const onEvent = ({ resourcePreEvent, diagnosticEvent }: EngineEvent) => {
    if (diagnosticEvent && !isChatter(diagnosticEvent))
      outcome.text += stripVTControlCharacters(diagnosticEvent.message.replace(/<\{%[^%]*%\}>/g, ""));
    const step = resourcePreEvent?.metadata;
    if (!step || step.op === "same" || step.type === "pulumi:pulumi:Stack" || step.type.startsWith("pulumi:providers:"))
      return;
    const name = `${step.op} ${step.type.split(":").at(-1)} ${step.urn.split("::").at(-1)}`;
    outcome.steps.push(name);
    if (step.detailedDiff) outcome.diffs[name] = Object.keys(step.detailedDiff).sort();
  };
  try {
    await operate({ onEvent, onOutput: () => undefined, color: "never" });
  } catch (error) {
    outcome.failed = true;
    outcome.text += (error as Error).message;
  }
  return outcome;
}
