/** DynamoDB tables: a maintained emulator (dynalite) in this process, its data in the state directory. */
import type { IncomingHttpHeaders, Server } from "node:http";
import { join } from "node:path";
import { Readable } from "node:stream";
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
import type { ServiceResponse } from "./gateway/service.ts";
import { AccessKeys } from "./iam/access-keys.ts";

/** What decides how a table stores its items. */
export interface TableKeys {
  readonly attributes: readonly { readonly name: string; readonly type: "S" | "N" | "B" }[];
  readonly hashKey: string;
  readonly rangeKey?: string;
}

type Listener = (request: unknown, response: unknown) => void;

/** The running emulator. */
export class Tables {
  /** For the keeper of the tables alone; everybody else comes through the gateway. */
  readonly client: DynamoDBClient;
  readonly #server: Server;
  readonly #listener: Listener;

  private constructor(server: Server, listener: Listener, client: DynamoDBClient) {
    this.#server = server;
    this.#listener = listener;
    this.client = client;
  }

  /**
   * Starts the emulator. It must listen to be able to close its files, and the keeper's own client needs a port; for
   * everybody else that port is closed, since it knows no permissions.
   */
  static async start(stateDir: string): Promise<Tables> {
    const delays = { createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 };
    const server = dynalite({ path: join(stateDir, "dynamodb"), ...delays });
    const [listener] = server.listeners("request") as [Listener];
    const credentials = new AccessKeys().issue("owner");
    server.removeAllListeners("request").on("request", (request, response) => {
      if (request.headers.authorization?.includes(`Credential=${credentials.accessKeyId}/`))
        listener(request, response);
      else response.writeHead(403).end();
    });
    const port = await listenOnLoopback(server, "the local DynamoDB");
    const endpoint = `http://127.0.0.1:${port}`;
    return new Tables(server, listener, new DynamoDBClient({ endpoint, region: "us-east-1", credentials }));
  }

  /** Answers one operation of the DynamoDB API. */
  answer({ headers, body }: { headers: IncomingHttpHeaders; body: Buffer }): Promise<ServiceResponse> {
    const request = Object.assign(Readable.from([body]), { method: "POST", url: "/", headers });
    return new Promise((resolve) => {
      const sent: Record<string, string | number> = {};
      const response = {
        statusCode: 200,
        setHeader: (name: string, value: string | number) => {
          sent[name.toLowerCase()] = value;
        },
        end: (text = "") => resolve({ status: response.statusCode, headers: sent, body: Buffer.from(text) }),
      };
      this.#listener(request, response);
    });
  }

  /** Creates an empty table. One that is there without being known is left from a killed run, and goes first. */
  async create(name: string, { attributes, hashKey, rangeKey }: TableKeys): Promise<void> {
    await this.delete(name);
    const keys: KeySchemaElement[] = [{ AttributeName: hashKey, KeyType: "HASH" }];
    if (rangeKey) keys.push({ AttributeName: rangeKey, KeyType: "RANGE" });
    const definitions = attributes.map(
      ({ name, type }): AttributeDefinition => ({ AttributeName: name, AttributeType: type }),
    );
    await this.client.send(
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
    await this.client.send(new DeleteTableCommand({ TableName: name }));
    while ((await this.#status(name)) !== undefined) await pause();
  }

  async close(): Promise<void> {
    this.client.destroy();
    this.#server.closeIdleConnections();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #status(name: string): Promise<string | undefined> {
    try {
      const { Table } = await this.client.send(new DescribeTableCommand({ TableName: name }));
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
