import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { type AwsLocal, startAwsLocal } from "../../providers/aws-local/index.ts";
import type { Review } from "../../src/review/review.ts";
import { reviewProject } from "../../src/review/review-project.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { Checkout, type Run } from "../cli/checkout.ts";
import { recordedEvents } from "../infra/recorded-events.ts";

/** Some text of a file, and what stands there instead; no text before: the file is written anew. */
export type Edit = readonly [file: string, from: string, to: string];

/** A full review as the command made it. */
export interface FullReview {
  run: Run;
  review: Review;
  /** In Markdown, with names for what is another one on each machine and at any time. */
  report: string;
}

/**
 * A checkout whose stack `test` is deployed, in a backend and an account of its own, as a pipeline would deploy and review it:
 * the stack is not marked as local, so every rule holds for it. The account is the sandbox, and AWS the local one.
 */
export class DeployedProject {
  readonly checkout = new Checkout();
  readonly #awsState = mkdtempSync(join(tmpdir(), "voice-aws-"));
  readonly #marked = mkdtempSync(join(tmpdir(), "voice-marked-"));
  #sandbox: Sandbox | undefined;
  #aws: AwsLocal | undefined;

  /**
   * Deploys a version of the project.
   *
   * @param edits - of this repository's files, which make the version.
   * @param numbers - that the account has.
   */
  async deploy(edits: readonly Edit[], numbers: string[]): Promise<void> {
    this.#sandbox = await startSandbox({ numbers });
    this.#aws = await startAwsLocal({ stateDir: this.#awsState });
    mkdirSync(this.backend, { recursive: true });
    // The local AWS writes for stacks that are marked as local, and asks this folder which are.
    writeFileSync(join(this.#marked, "Pulumi.test.yaml"), 'config: { "voice:local": "true" }\n');
    this.edit(...edits);
    await this.must("pulumi", "stack", "init", "-s", "test", "--no-select");
    this.commit("deployed");
    await this.must("pulumi", "up", "-s", "test", "--yes", "--skip-preview");
  }

  get sandbox(): Sandbox {
    if (!this.#sandbox) throw new Error("nothing is deployed yet");
    return this.#sandbox;
  }

  get backend(): string {
    return this.checkout.local("backend");
  }

  get stateFile(): string {
    return join(this.backend, ".pulumi", "stacks", "voice", "test.json");
  }

  /** Places a call, and waits until it is recorded. */
  async call(number: string): Promise<void> {
    const call = await this.sandbox.control.placeCall({ to: number, press: ["1"] });
    await recordedEvents(this.#aws as AwsLocal, call.wire.id, call.deliveries.length);
  }

  edit(...edits: readonly Edit[]): void {
    for (const [file, from, to] of edits) {
      const text = from === "" ? "" : this.checkout.read(file);
      if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
      writeFileSync(
        this.checkout.path(file),
        text.replace(from, () => to),
      );
    }
  }

  /** Commits everything, under a name that reports show in place of the commit. */
  commit(name: string): void {
    this.git("add", "--all");
    this.git("commit", "--quiet", "--message", name);
    this.git("tag", name);
  }

  /** As it was deployed. */
  reset(): void {
    this.git("reset", "--quiet", "--hard", "deployed");
    this.git("clean", "--quiet", "-d", "--force");
  }

  git = (...args: string[]): string =>
    execFileSync("git", ["-c", "user.name=test", "-c", "user.email=test@example.com", ...args], {
      cwd: this.checkout.directory,
      encoding: "utf8",
    });

  /** What must be as it was after a review: the files, the history, the state, and what was written to the account. */
  traces = (): unknown[] => [
    this.checkout.changes(),
    this.git("rev-parse", "HEAD"),
    readFileSync(this.stateFile, "utf8"),
    this.sandbox.requests.filter(({ method }) => method !== "GET").length,
  ];

  /** `minivoice`, with the settings of a pipeline. */
  minivoice = (args: string[], own: Record<string, string> = {}): Promise<Run> =>
    this.checkout.begin(args, ["src/cli/main.ts"], { ...this.environment(), ...own }).ended;

  async must(...args: string[]): Promise<void> {
    const { code, stdout, stderr } = await this.minivoice(args);
    if (code !== 0) throw new Error(`minivoice ${args.join(" ")} ended with ${code}: ${stderr}${stdout}`);
  }

  /** The review of a stack, with its report as it would be on any machine and at any time. */
  async review(stack: string, ...args: string[]): Promise<FullReview> {
    const [json, markdown] = ["json", "md"].map((ending) => this.checkout.local(`report.${ending}`)) as [
      string,
      string,
    ];
    const run = await this.minivoice(["review", "-s", stack, ...args, "--out", json, "--out", markdown]);
    return {
      run,
      review: JSON.parse(readFileSync(json, "utf8")),
      report: this.#anywhere(readFileSync(markdown, "utf8")),
    };
  }

  /** The same change as the versions of the code alone tell it. */
  offline = (calls: Record<string, number>): Promise<Review> =>
    reviewProject({
      stack: "test",
      project: this.checkout.directory,
      packages: this.checkout.path("node_modules"),
      calls,
    });

  async remove(): Promise<void> {
    await this.#aws?.close();
    await this.#sandbox?.close();
    await this.checkout.remove();
    for (const folder of [this.#awsState, this.#marked]) rmSync(folder, { recursive: true, force: true });
  }

  /** The settings of a pipeline: of a backend of one's own, and of accounts on this machine. */
  environment(): Record<string, string> {
    const { url, portalKey } = this.sandbox;
    const aws = this.#aws as AwsLocal;
    return {
      PATH: [this.checkout.path("providers", "aws-local", "bin"), process.env.PATH].join(delimiter),
      PULUMI_BACKEND_URL: `file://${this.backend}`,
      PULUMI_HOME: this.checkout.local("pulumi-home"),
      PULUMI_CONFIG_PASSPHRASE: "a test",
      MINIVOICE_API_KEY: portalKey,
      MINIVOICE_BASE_URL: url,
      AWS_LOCAL_URL: aws.url,
      AWS_LOCAL_TOKEN: aws.token,
      AWS_LOCAL_STACK_CONFIG: this.#marked,
      // Where the command reads call records.
      AWS_ENDPOINT_URL: aws.dynamodb,
      AWS_ACCESS_KEY_ID: aws.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: aws.credentials.secretAccessKey,
    };
  }

  /** Commits by their names; no digest, no time, and no count of what a new stack has beside what a report is about. */
  #anywhere(report: string): string {
    const commits = this.git("tag", "--format=%(objectname) %(refname:short)").trim().split("\n");
    const hosts = [...new Set(report.match(/host-[0-9a-f]{8}/g))];
    return commits
      .reduce((text, commit) => text.replaceAll(commit.slice(0, 8), commit.slice(41)), report)
      .replaceAll(/state [0-9a-f]{8}/g, "state DIGEST")
      .replaceAll(/host-[0-9a-f]{8}/g, (host) => `host-${hosts.indexOf(host) + 1}`)
      .replaceAll(/\d+ (other resources|created)/g, "N $1")
      .replaceAll(/\d{4}-\d\d-\d\d( \d\d:\d\d UTC)?/g, (_, time) => (time ? "DAY TIME UTC" : "DAY"));
  }
}
