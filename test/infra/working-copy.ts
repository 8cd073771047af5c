import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { LocalWorkspace, type StepEventStateMetadata } from "@pulumi/pulumi/automation/index.js";
import { pulumiBinDirectory } from "../../tools/pulumi/find.mjs";
import { engineEnvironment } from "../engine/project.ts";

const repository = join(import.meta.dirname, "..", "..");

/** What a preview said. */
export interface Previewed {
  failed: boolean;
  /** All that a person sees of it. */
  text: string;
  /** Each resource by `<type> <name>`, such as `Table voice-test-webhook-records`. */
  resources: Record<string, StepEventStateMetadata>;
}

/**
 * This repository's program and stacks, previewed by the real engine from a copy of the stack files.
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

  /** @param environment - variables for this preview; `""` is an absent one. */
  async preview(stackName: string, environment: Record<string, string> = {}): Promise<Previewed> {
    const stack = await LocalWorkspace.createOrSelectStack(
      { stackName, workDir: this.directory },
      {
        envVars: {
          ...engineEnvironment(this.directory, (await pulumiBinDirectory()) ?? ""),
          MINIVOICE_API_KEY: "mv_test_not_a_real_key",
          MINIVOICE_BASE_URL: "",
          VOICE_REVISION: "0123abc",
          VOICE_STACKS_DIR: this.stacks,
          ...environment,
        },
      },
    );
    const previewed: Previewed = { failed: false, text: "", resources: {} };
    try {
      await stack.preview({
        color: "never",
        onOutput: (text) => {
          previewed.text += stripVTControlCharacters(text);
        },
        onEvent: ({ resourcePreEvent }) => {
          const resource = resourcePreEvent?.metadata.new;
          if (!resource) return;
          const name = `${resource.type.split(":").at(-1)} ${resource.urn.split("::").at(-1)}`;
          previewed.resources[name] = resource;
        },
      });
    } catch (error) {
      previewed.failed = true;
      // The engine has told the reason already, unless it did not even start.
      previewed.text ||= (error as Error).message;
    }
    return previewed;
  }

  async remove(): Promise<void> {
    await rm(this.directory, { recursive: true });
  }
}
