import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import type { EngineEvent, StepEventStateMetadata } from "@pulumi/pulumi/automation/index.js";
import { findPulumi } from "../../tools/pulumi/find.mjs";
import { closedEnvironment } from "../closed-environment.ts";
import { Cli, type Outputs, type Ran } from "../engine/cli.ts";
import { engineEnvironment } from "../engine/project.ts";

const repository = join(import.meta.dirname, "..", "..");

/** What one engine operation said. */
export interface Outcome {
  failed: boolean;
  /** All that a person sees of it. */
  text: string;
  /** Each resource by `<type> <name>`, such as `Table voice-test-webhook-records`. */
  resources: Record<string, StepEventStateMetadata>;
  /** What was done, such as `update DidRouteTable numbers`; unchanged resources are left out. */
  steps: string[];
  /** What was begun and done, in this order, such as `done: update DidRouteTable numbers`. */
  timeline: string[];
}

/**
 * This repository's program and stacks, run by the real engine from a copy of the stack files.
 *
 * @example
 * const copy = await WorkingCopy.create();
 * const { resources } = await copy.preview("test");
 */
export class WorkingCopy {
  readonly directory: string;
  /** The folder of the voice files that previews read; to be edited at will. */
  readonly stacks: string;

  private constructor(directory: string) {
    this.directory = directory;
    this.stacks = join(directory, "stacks");
  }

  static async create(): Promise<WorkingCopy> {
    const copy = new WorkingCopy(await mkdtemp(join(tmpdir(), "voice-infra-")));
    await mkdir(join(copy.directory, "state"));
    await cp(join(repository, "stacks"), copy.stacks, { recursive: true });
    const main = relative(copy.directory, join(repository, "infra"));
    await writeFile(
      join(copy.directory, "Pulumi.yaml"),
      `name: voice\nruntime: { name: nodejs, options: { typescript: false } }\nmain: ${main}\nstackConfigDir: stacks\n`,
    );
    return copy;
  }

  /** @param environment - variables for this operation; `""` is an absent one. */
  preview(stackName: string, environment: Record<string, string> = {}): Promise<Outcome> {
    return this.#operate(["preview"], stackName, environment);
  }

  up(stackName: string, environment: Record<string, string> = {}): Promise<Outcome> {
    return this.#operate(["up", "--yes", "--skip-preview"], stackName, environment);
  }

  destroy(stackName: string, environment: Record<string, string> = {}): Promise<Outcome> {
    return this.#operate(["destroy", "--yes", "--skip-preview"], stackName, environment);
  }

  outputs(stackName: string, environment: Record<string, string> = {}): Promise<Outputs> {
    return this.#cli(environment).outputs(stackName);
  }

  /** The state, with its secrets in plain text. */
  async exported(stackName: string, environment: Record<string, string> = {}) {
    const text = await this.#cli(environment).run(["stack", "export", "--show-secrets", "--stack", stackName]);
    return JSON.parse(text);
  }

  /** What the engine and the program run with. */
  environment(own: Record<string, string> = {}): Record<string, string> {
    return {
      ...engineEnvironment(this.directory, dirname(findPulumi() ?? "")),
      MINIVOICE_API_KEY: "mv_test_not_a_real_key",
      MINIVOICE_BASE_URL: "",
      VOICE_REVISION: "0123abc",
      VOICE_STACKS_DIR: this.stacks,
      AWS_LOCAL_STACK_CONFIG: this.stacks,
      ...own,
    };
  }

  /** The file in which the engine keeps the state, as it lies on the disk. */
  stateFile(stackName: string): Promise<string> {
    return readFile(this.#stateFile(stackName), "utf8");
  }

  async remove(): Promise<void> {
    await rm(this.directory, { recursive: true });
  }

  #cli(environment: Record<string, string>): Cli {
    return new Cli(findPulumi() ?? "", this.directory, { ...closedEnvironment(), ...this.environment(environment) });
  }

  async #operate(args: string[], stackName: string, environment: Record<string, string>): Promise<Outcome> {
    const cli = this.#cli(environment);
    const isThere = existsSync(this.#stateFile(stackName));
    if (!isThere) await cli.run(["stack", "init", stackName, "--no-select"]);
    return outcomeOf(await cli.operate([...args, "--stack", stackName]));
  }

  #stateFile = (stackName: string): string => join(this.directory, "state/.pulumi/stacks/voice", `${stackName}.json`);
}

function outcomeOf({ code, stdout, stderr, events }: Ran & { events: EngineEvent[] }): Outcome {
  const outcome: Outcome = { failed: code !== 0, text: stdout + stderr, resources: {}, steps: [], timeline: [] };
  for (const { resourcePreEvent, resOutputsEvent } of events) {
    const done = resOutputsEvent?.metadata;
    if (done) outcome.timeline.push(`done: ${done.op} ${nameOf(done)}`);
    const step = resourcePreEvent?.metadata;
    if (!step) continue;
    const name = nameOf(step);
    outcome.timeline.push(`begun: ${step.op} ${name}`);
    if (step.new) outcome.resources[name] = step.new;
    const isEngine = step.type === "pulumi:pulumi:Stack" || step.type.startsWith("pulumi:providers:");
    if (step.op !== "same" && !isEngine) outcome.steps.push(`${step.op} ${name}`);
  }
  return outcome;
}

const nameOf = ({ type, urn }: { type: string; urn: string }): string =>
  `${type.split(":").at(-1)} ${urn.split("::").at(-1)}`;
