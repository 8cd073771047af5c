/** What the local AWS holds, on disk after every change, so that a restart loses nothing. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const properties = z.record(z.string(), z.unknown());

const resourceSchema = z.strictObject({
  id: z.string(),
  urn: z.string(),
  region: z.string(),
  inputs: properties,
  attributes: properties,
});

const statementSchema = z.strictObject({
  statementId: z.string(),
  action: z.string(),
  principal: z.string(),
  functionUrlAuthType: z.string().optional(),
  invokedViaFunctionUrl: z.boolean().optional(),
  sourceAccount: z.string().optional(),
  sourceArn: z.string().optional(),
});

const stateSchema = z.object({
  version: z.literal(1),
  gatewayPort: z.int().optional(),
  resources: z.record(z.string(), z.record(z.string(), resourceSchema)),
  policies: z.record(z.string(), z.array(statementSchema)),
});

/** A resource: what was asked for, and what AWS adds to it. */
export type StoredResource = z.infer<typeof resourceSchema>;

/** A statement in the resource policy of a function. */
export type PolicyStatement = z.infer<typeof statementSchema>;

/** The state file of one local AWS. */
export class StateStore {
  readonly #file: string;
  readonly #state: z.infer<typeof stateSchema>;

  /** @throws Error that names the file and the way out when it is broken. */
  constructor(stateDir: string) {
    mkdirSync(stateDir, { recursive: true, mode: 0o700 });
    this.#file = join(stateDir, "state.json");
    this.#state = read(this.#file) ?? { version: 1, resources: {}, policies: {} };
  }

  /** Port of all services, the same over restarts. */
  get gatewayPort(): number | undefined {
    return this.#state.gatewayPort;
  }

  set gatewayPort(port: number) {
    this.#state.gatewayPort = port;
    this.#save();
  }

  resource(type: string, key: string): StoredResource | undefined {
    return this.#state.resources[type]?.[key];
  }

  resources(type: string): StoredResource[] {
    return Object.values(this.#state.resources[type] ?? {});
  }

  setResource(type: string, key: string, resource: StoredResource): void {
    this.#state.resources[type] = { ...this.#state.resources[type], [key]: resource };
    this.#save();
  }

  deleteResource(type: string, key: string): void {
    delete this.#state.resources[type]?.[key];
    this.#save();
  }

  /** Statements of a function's resource policy. */
  policy(functionName: string): readonly PolicyStatement[] {
    return this.#state.policies[functionName] ?? [];
  }

  setPolicy(functionName: string, statements: PolicyStatement[]): void {
    if (statements.length > 0) this.#state.policies[functionName] = statements;
    else delete this.#state.policies[functionName];
    this.#save();
  }

  /** Whole or not at all, and for the owner alone: the environment of functions holds secrets. */
  #save(): void {
    const draft = `${this.#file}.new`;
    writeFileSync(draft, `${JSON.stringify(this.#state, null, 2)}\n`, { mode: 0o600 });
    renameSync(draft, this.#file);
  }
}

function read(file: string): z.infer<typeof stateSchema> | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  const result = stateSchema.safeParse(parse(text));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const place = issue?.path.join(".") || "the whole file";
  throw new Error(
    `The state of the local AWS in ${file} is broken (${place}: ${issue?.message}). ` +
      "Repair the file, or delete its folder and run `npm start` to begin with an empty local AWS.",
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
