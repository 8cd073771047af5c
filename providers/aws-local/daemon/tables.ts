/** DynamoDB tables: a maintained emulator (dynalite) on a loopback port, its data in the state directory. */
import type { Server } from "node:http";
import { join } from "node:path";
import type { AttributeDefinition, KeySchemaElement } from "@aws-sdk/client-dynamodb";
import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ResourceNotFoundException,
} from "@aws-sdk/client-dynamodb";
import dynalite from "dynalite";
import { listenOnLoopback } from "../../../src/background/ports.ts";

/** What decides how a table stores its items. */
export interface TableKeys {
  readonly attributes: readonly { readonly name: string; readonly type: "S" | "N" | "B" }[];
  readonly hashKey: string;
  readonly rangeKey?: string;
}

/** The running emulator. */
export class Tables {
  readonly endpoint: string;
  readonly #server: Server;
  readonly #client: DynamoDBClient;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.endpoint = `http://127.0.0.1:${port}`;
    this.#client = new DynamoDBClient({
      endpoint: this.endpoint,
      region: "us-east-1",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    });
  }

  /** Starts the emulator; the port of an earlier run is kept, because warm functions know it. */
  static async start(stateDir: string, port?: number): Promise<{ tables: Tables; port: number }> {
    const delays = { createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 };
    const server = dynalite({ path: join(stateDir, "dynamodb"), ...delays });
    const listening = await listenOnLoopback(server, "the local DynamoDB", port);
    return { tables: new Tables(server, listening), port: listening };
  }

  /** Creates an empty table. One that is there without being known is left from a killed run, and goes first. */
  async create(name: string, { attributes, hashKey, rangeKey }: TableKeys): Promise<void> {
    await this.delete(name);
    const keys: KeySchemaElement[] = [{ AttributeName: hashKey, KeyType: "HASH" }];
    if (rangeKey) keys.push({ AttributeName: rangeKey, KeyType: "RANGE" });
    const definitions = attributes.map(
      ({ name, type }): AttributeDefinition => ({ AttributeName: name, AttributeType: type }),
    );
    await this.#client.send(
      new CreateTableCommand({
        TableName: name,
        KeySchema: keys,
        AttributeDefinitions: definitions,
        BillingMode: "PAY_PER_REQUEST",
      }),
    );
    while ((await this.#status(name)) !== "ACTIVE") await pause();
  }

  /** Deletes a table with its items; none is no error. */
  async delete(name: string): Promise<void> {
    if ((await this.#status(name)) === undefined) return;
    await this.#client.send(new DeleteTableCommand({ TableName: name }));
    while ((await this.#status(name)) !== undefined) await pause();
  }

  async close(): Promise<void> {
    this.#client.destroy();
    this.#server.closeIdleConnections();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #status(name: string): Promise<string | undefined> {
    try {
      const { Table } = await this.#client.send(new DescribeTableCommand({ TableName: name }));
      return Table?.TableStatus;
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}
