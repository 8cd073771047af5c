import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type AwsLocal, startAwsLocal } from "../../../providers/aws-local/index.ts";
import { DaemonClient, type LiveResource } from "../../../providers/aws-local/plugin/daemon-client.ts";
import { resourceTypes } from "../../../providers/aws-local/resources/index.ts";

const ROLE = "arn:aws:iam::000000000000:role/answer";
const TRUST = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
};

/** What a function needs to log, as AWS's own basic execution policy has it. */
const BASIC_EXECUTION = allow("logs:*", "*");

/** What a test may say about a function; the rest is as AWS fills it in. */
interface FunctionOptions {
  name?: string;
  files?: Record<string, string>;
  variables?: Record<string, string>;
  inputs?: Record<string, unknown>;
  urn?: string;
}

/** A local AWS in a temporary folder, spoken to as the plugin does. */
export class LocalAws {
  readonly stateDir: string;
  #aws: AwsLocal;
  #policies = 0;

  private constructor(stateDir: string, aws: AwsLocal) {
    this.stateDir = stateDir;
    this.#aws = aws;
  }

  /** Starts one that holds a role that may log, so that functions can be created. */
  static async start(start: (stateDir: string) => Promise<AwsLocal> = inThisProcess): Promise<LocalAws> {
    const stateDir = await mkdtemp(join(tmpdir(), "aws-local-"));
    const local = new LocalAws(stateDir, await start(stateDir));
    await local.createRole("answer");
    await local.allow(BASIC_EXECUTION);
    return local;
  }

  get url(): string {
    return this.#aws.url;
  }

  /** Creates a role that Lambda may assume and that may do nothing. */
  createRole(name: string): Promise<LiveResource> {
    return this.create("aws:iam/role:Role", { name, path: "/", assumeRolePolicy: JSON.stringify(TRUST) });
  }

  /** Gives a role a policy of its own. */
  allow(policy: string, role = "answer"): Promise<LiveResource> {
    return this.create("aws:iam/rolePolicy:RolePolicy", { name: `policy-${++this.#policies}`, role, policy });
  }

  /** An address of the door, asked as tools do. */
  async ask<Answer = Record<string, unknown>>(path: string, method = "GET"): Promise<Answer> {
    const headers = { authorization: `Bearer ${this.#aws.token}` };
    return json<Answer>(await fetch(`${this.#aws.url}${path}`, { method, headers }));
  }

  /** For clients of the AWS SDK, with all permissions. */
  get sdk() {
    return { endpoint: this.#aws.dynamodb, region: "us-east-1", credentials: this.#aws.credentials };
  }

  /** Stops it and starts it again on the same folder. */
  async restart(): Promise<void> {
    await this.stop();
    await this.resume();
  }

  async resume(): Promise<void> {
    this.#aws = await inThisProcess(this.stateDir);
  }

  stop(): Promise<void> {
    return this.#aws.close();
  }

  async remove(): Promise<void> {
    await this.stop();
    await rm(this.stateDir, { recursive: true, force: true });
  }

  async create(
    type: string,
    inputs: Record<string, unknown>,
    more: { urn?: string; code?: { path: string; base64: string }[] } = {},
  ): Promise<LiveResource> {
    const { urn = `urn:test::${type}::${JSON.stringify(inputs)}`, code } = more;
    const live = await this.#client.send("create", { type, urn, region: "us-east-1", inputs, ...(code && { code }) });
    if (!live) throw new Error("nothing was created");
    return live;
  }

  async update(type: string, id: string, inputs: Record<string, unknown>): Promise<LiveResource | undefined> {
    return this.#client.send("update", { type, urn: "", region: "us-east-1", id, inputs });
  }

  read(type: string, id: string, inputs: Record<string, unknown> = {}): Promise<LiveResource | undefined> {
    return this.#client.send("read", { type, urn: "", region: "us-east-1", id, inputs });
  }

  async delete(type: string, id: string, inputs: Record<string, unknown> = {}): Promise<void> {
    await this.#client.send("delete", { type, urn: "", region: "us-east-1", id, inputs });
  }

  createFunction(options: FunctionOptions): Promise<LiveResource> {
    const { type, inputs, code, urn } = functionRequest(options);
    return this.create(type, inputs, { code, ...(urn && { urn }) });
  }

  async updateFunction(options: FunctionOptions): Promise<LiveResource | undefined> {
    const { type, inputs, code } = functionRequest(options);
    return this.#client.send("update", { type, urn: "", region: "us-east-1", id: String(inputs.name), inputs, code });
  }

  /** Creates a public URL of a function and returns it. */
  async createUrl(functionName = "answer", authorizationType = "NONE"): Promise<string> {
    const live = await this.create("aws:lambda/functionUrl:FunctionUrl", { functionName, authorizationType });
    return String(live.attributes.functionUrl);
  }

  /** Creates a function with a public URL and returns the URL. */
  async deploy(options: FunctionOptions): Promise<string> {
    await this.createFunction(options);
    return this.createUrl(options.name);
  }

  log(group = "/aws/lambda/answer"): string {
    return readFileSync(join(this.stateDir, "logs", `${group}.log`), "utf8");
  }

  get #client(): DaemonClient {
    return new DaemonClient({ AWS_LOCAL_URL: this.#aws.url, AWS_LOCAL_TOKEN: this.#aws.token });
  }
}

const inThisProcess = (stateDir: string): Promise<AwsLocal> => startAwsLocal({ stateDir });

/** Starts a local AWS in a process of its own, which `close` kills without a chance to clean up. */
export async function inOwnProcess(stateDir: string): Promise<AwsLocal> {
  const entry = resolve(import.meta.dirname, "../../../providers/aws-local/index.ts");
  const script = `
    const { startAwsLocal } = await import(${JSON.stringify(entry)});
    const { close, ...aws } = await startAwsLocal({ stateDir: ${JSON.stringify(stateDir)} });
    console.log(JSON.stringify(aws));`;
  const child: ChildProcess = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { PATH: process.env.PATH },
  });
  const line = await new Promise<Buffer>((ready) => child.stdout?.once("data", ready));
  const close = async () => {
    const ended = new Promise((gone) => child.once("exit", gone));
    child.kill("SIGKILL");
    await ended;
  };
  return { ...JSON.parse(line.toString()), close };
}

/** The text of a policy that allows this. */
export function allow(action: string | string[], resource: string | string[]): string {
  const statement = { Effect: "Allow", Action: action, Resource: resource };
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
}

/** The JSON of a response. */
export async function json<Body = Record<string, unknown>>(response: Response): Promise<Body> {
  return (await response.json()) as Body;
}

/** A bundle with one file, `index.mjs`, whose handler has this body. */
export function handler(body: string): Record<string, string> {
  return { "index.mjs": `export const handler = async (event, context) => { ${body} };` };
}

function functionRequest({ name = "answer", files = handler("return 1"), variables, inputs, urn }: FunctionOptions) {
  const type = "aws:lambda/function:Function";
  const code = Object.entries(files)
    .map(([path, text]) => ({ path, base64: Buffer.from(text).toString("base64") }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  const given = { name, role: ROLE, runtime: "nodejs24.x", handler: "index.handler", ...inputs };
  return {
    type,
    urn,
    code,
    inputs: { ...resourceTypes.get(type)?.defaults, ...given, ...(variables && { environment: { variables } }) },
  };
}
