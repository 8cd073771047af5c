import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** What becomes of one request, on purpose. */
export type Fate = "passed" | "refused" | "answer lost" | "not answered";

/** What requests to the tables used. */
export interface TableUse {
  writeUnits: number;
  readUnits: number;
}

const TARGET = "DynamoDB_20120810.";

/**
 * A door in front of the tables of the local AWS: counts the units that DynamoDB would charge, and lets requests fail the way
 * networks and services fail.
 */
export class TableDoor {
  use: TableUse = { writeUnits: 0, readUnits: 0 };
  /** Decides about each request; all pass unless told otherwise. */
  fateOf: (operation: string, input: Record<string, unknown>) => Fate = () => "passed";
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  readonly #target: string;

  private constructor(target: string) {
    this.#target = target;
  }

  /** @param target - the endpoint of DynamoDB. */
  static async open(target: string): Promise<TableDoor> {
    const door = new TableDoor(target);
    door.#server.listen(0, "127.0.0.1");
    await once(door.#server, "listening");
    return door;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #serve(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    try {
      const operation = String(asked.headers["x-amz-target"]).slice(TARGET.length);
      const input = JSON.parse(await text(asked));
      const fate = this.fateOf(operation, input);
      if (fate === "not answered") return;
      if (fate === "refused") {
        answer.writeHead(500, { "content-type": "application/x-amz-json-1.0" });
        answer.end(JSON.stringify({ __type: "InternalServerError", message: "refused on purpose" }));
        return;
      }
      const { status, headers, body } = await this.#forward(asked, { ...input, ReturnConsumedCapacity: "TOTAL" });
      this.#count(operation, input, JSON.parse(body));
      if (fate === "answer lost") answer.destroy();
      else answer.writeHead(status, headers).end(body);
    } catch {
      // The worker went away, or the local AWS did.
      answer.destroy();
    }
  }

  async #forward(asked: IncomingMessage, input: object) {
    const content = JSON.stringify(input);
    const { host: _, ...headers } = asked.headers;
    const sent = request(this.#target, {
      method: "POST",
      headers: { ...headers, "content-length": Buffer.byteLength(content) },
    });
    sent.end(content);
    const [answer] = (await once(sent, "response")) as [IncomingMessage];
    return { status: answer.statusCode ?? 500, headers: answer.headers, body: await text(answer) };
  }

  #count(operation: string, input: { Item?: object }, output: { ConsumedCapacity?: { CapacityUnits: number } }): void {
    // A write whose condition is not met is charged too, by the size of what it would have written, and tells no units.
    const untold = Math.max(1, Math.ceil(JSON.stringify(input.Item ?? {}).length / 1_024));
    const units = output.ConsumedCapacity?.CapacityUnits ?? untold;
    if (/^(Get|Query)/.test(operation)) this.use.readUnits += units;
    else this.use.writeUnits += units;
  }
}
