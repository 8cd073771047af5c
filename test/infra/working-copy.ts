import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { stripVTControlCharacters } from "node:util";
import {
  type EngineEvent,
  LocalWorkspace,
  type Stack,
  type StepEventStateMetadata,
} from "@pulumi/pulumi/automation/index.js";
import { findPulumi } from "../../tools/pulumi/find.mjs";
import { blanked } from "../closed-environment.ts";
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
  async preview(stackName: string, environment: Record<string, string> = {}): Promise<Outcome> {
    const stack = await this.stack(stackName, environment);
    return watch((watching) => stack.preview(watching));
  }

  async up(stackName: string, environment: Record<string, string> = {}): Promise<Outcome> {
    const stack = await this.stack(stackName, environment);
    return watch((watching) => stack.up(watching));
  }

  async destroy(stackName: string, environment: Record<string, string> = {}): Promise<Outcome> {
    const stack = await this.stack(stackName, environment);
    return watch((watching) => stack.destroy(watching));
  }

  async stack(stackName: string, environment: Record<string, string> = {}): Promise<Stack> {
    const envVars = { ...blanked(), ...this.environment(environment) };
    return LocalWorkspace.createOrSelectStack({ stackName, workDir: this.directory }, { envVars });
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
    return readFile(join(this.directory, "state/.pulumi/stacks/voice", `${stackName}.json`), "utf8");
  }

  async remove(): Promise<void> {
    await rm(this.directory, { recursive: true });
  }
}

type Watching = { color: "never"; onOutput: (text: string) => void; onEvent: (event: EngineEvent) => void };

async function watch(operate: (watching: Watching) => Promise<unknown>): Promise<Outcome> {
  const outcome: Outcome = { failed: false, text: "", resources: {}, steps: [], timeline: [] };
  const onOutput = (text: string) => {
    outcome.text += stripVTControlCharacters(text);
  };
  const onEvent = ({ resourcePreEvent, resOutputsEvent }: EngineEvent) => {
    const done = resOutputsEvent?.metadata;
    if (done) outcome.timeline.push(`done: ${done.op} ${nameOf(done)}`);
    const step = resourcePreEvent?.metadata;
    if (!step) return;
    const name = nameOf(step);
    outcome.timeline.push(`begun: ${step.op} ${name}`);
    if (step.new) outcome.resources[name] = step.new;
    const isEngine = step.type === "pulumi:pulumi:Stack" || step.type.startsWith("pulumi:providers:");
    if (step.op !== "same" && !isEngine) outcome.steps.push(`${step.op} ${name}`);
  };
  try {
    await operate({ color: "never", onOutput, onEvent });
  } catch (error) {
    outcome.failed = true;
    // The engine has told the reason already, unless it did not even start.
    outcome.text ||= (error as Error).message;
  }
  return outcome;
}

const nameOf = ({ type, urn }: { type: string; urn: string }): string =>
  `${type.split(":").at(-1)} ${urn.split("::").at(-1)}`;
