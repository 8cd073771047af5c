import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { countMessages, peekDeadLetters } from "../../src/cli/dead-letters.ts";
import type { DeployedPipeline } from "../../src/cli/deployed-pipeline.ts";
import { redrive } from "../../src/cli/redrive.ts";
import { encodeQueuedEvent, queuedEvent } from "../../src/webhooks/queued-event.ts";
import { LocalServices, type Queue } from "../functions/local-services.ts";

const about = {
  deliveryId: "delivery-1",
  standing: "accepted",
  signedAt: new Date(0),
  receivedAt: new Date(0),
} as const;
const message = (call: number) =>
  encodeQueuedEvent(queuedEvent(Buffer.from(`{"event":"call.created","call":{"id":"call_${call}"}}`), about));
const { signal } = new AbortController();
const work = { signal, waitSeconds: 0 };

const pipelineAt = (events: string, deadLetters: string): DeployedPipeline => ({
  region: "eu-central-1",
  table: "call-records",
  events: { url: events, arn: "arn:aws:sqs:eu-central-1:000000000000:events" },
  deadLetters: { url: deadLetters, arn: "arn:aws:sqs:eu-central-1:000000000000:dead" },
  applications: new Map(),
});

describe("dead letters", () => {
  const services = new LocalServices();
  let queue: Queue;
  let pipeline: DeployedPipeline;
  beforeAll(() => services.start());
  afterAll(() => services.stop());
  beforeEach(async () => {
    queue = await services.queue();
    pipeline = pipelineAt(queue.url, queue.deadLettersUrl);
  });

  /** What is left in a queue, taken out of it. */
  const drain = async () => {
    const bodies: string[] = [];
    await queue.workOff(async ({ Records }) => {
      bodies.push(...Records.map(({ body }) => body));
      return { batchItemFailures: [] };
    });
    return bodies.toSorted();
  };

  test("can be looked at, malformed ones too, and stay where they are", async () => {
    for (const body of [message(1), "hello"]) await queue.send(body, queue.deadLettersUrl);
    for (let look = 0; look < 2; look += 1) {
      const letters = await peekDeadLetters(services.queues, pipeline, { limit: 100, ...work });
      expect(letters).toHaveLength(2);
      expect(letters).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ event: expect.objectContaining({ deliveryId: "delivery-1" }), body: message(1) }),
          expect.objectContaining({ problem: "the queue message is no JSON", body: "hello" }),
        ]),
      );
    }
    expect(await countMessages(services.queues, queue.deadLettersUrl)).toBe(2);
  });

  test("are moved back by hand where SQS does not do it, all of them, and as they are", async () => {
    const bodies = Array.from({ length: 23 }, (_, call) => message(call));
    for (const body of bodies) await queue.send(body, queue.deadLettersUrl);
    const shown: number[] = [];
    const moved = await redrive(services.queues, pipeline, { onMoved: (count) => void shown.push(count), ...work });
    expect(moved).toBe(23);
    expect(shown).toEqual(Array.from({ length: 23 }, (_, count) => count + 1));
    expect(await countMessages(services.queues, queue.deadLettersUrl)).toBe(0);
    expect(await drain()).toEqual(bodies.toSorted());
  });

  test("that die again meanwhile are not moved round and round", async () => {
    await queue.send(message(1), queue.deadLettersUrl);
    const onMoved = async () => queue.send(message(2), queue.deadLettersUrl);
    expect(await redrive(services.queues, pipeline, { onMoved, ...work })).toBe(1);
    expect(await countMessages(services.queues, queue.deadLettersUrl)).toBe(1);
  });

  test("are never lost when moving is interrupted", async () => {
    const bodies = Array.from({ length: 15 }, (_, call) => message(call));
    for (const body of bodies) await queue.send(body, queue.deadLettersUrl);
    const controller = new AbortController();
    const onMoved = (count: number) => {
      if (count === 4) controller.abort();
    };
    expect(await redrive(services.queues, pipeline, { onMoved, ...work, signal: controller.signal })).toBe(4);
    expect(await countMessages(services.queues, queue.deadLettersUrl)).toBe(11);
    expect(await drain()).toHaveLength(4);
  });
});

describe("redrive by SQS itself", () => {
  /** A stand-in for the part of SQS that no emulator has: it runs one task, whose states a test gives. */
  async function withTask(
    states: { Status: string; moved: number; FailureReason?: string }[],
    start: object,
    task: (client: SQSClient, asked: string[]) => Promise<void>,
  ) {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      const action = String(request.headers["x-amz-target"]).split(".")[1] ?? "";
      asked.push(action);
      const listing = action === "ListMessageMoveTasks";
      if (action === "CancelMessageMoveTask") states.splice(0, states.length, { Status: "CANCELLED", moved: 4 });
      const { moved, ...state } = (listing && states.length > 1 ? states.shift() : states[0]) ?? { moved: 0 };
      const list = { Results: [{ TaskHandle: "task-1", ApproximateNumberOfMessagesMoved: moved, ...state }] };
      const body = action === "StartMessageMoveTask" ? start : listing ? list : {};
      request.resume().on("end", () => {
        response.writeHead("__type" in body ? 400 : 200, { "content-type": "application/x-amz-json-1.0" });
        response.end(JSON.stringify(body));
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const credentials = { accessKeyId: "test", secretAccessKey: "test" };
    const client = new SQSClient({ endpoint, region: "eu-central-1", credentials, maxAttempts: 1 });
    try {
      await task(client, asked);
    } finally {
      client.destroy();
      server.closeAllConnections();
      server.close();
    }
  }
  const pipeline = pipelineAt("https://sqs/events", "https://sqs/dead");
  const quiet = { onMoved: () => undefined, signal };

  test("is started and followed until it is complete", async () => {
    const states = [
      { Status: "RUNNING", moved: 3 },
      { Status: "COMPLETED", moved: 9 },
    ];
    await withTask(states, { TaskHandle: "task-1" }, async (client, asked) => {
      const shown: number[] = [];
      expect(await redrive(client, pipeline, { onMoved: (count) => void shown.push(count), signal })).toBe(9);
      expect(shown).toEqual([3, 9]);
      expect(asked).toEqual(["StartMessageMoveTask", "ListMessageMoveTasks", "ListMessageMoveTasks"]);
    });
  });

  test("is followed where it is under way already", async () => {
    const start = { __type: "com.amazonaws.sqs#UnsupportedOperation", message: "There is already a task running." };
    await withTask([{ Status: "COMPLETED", moved: 2 }], start, async (client) => {
      expect(await redrive(client, pipeline, quiet)).toBe(2);
    });
  });

  test("says why it stopped, and how many were moved", async () => {
    const states = [{ Status: "FAILED", moved: 2, FailureReason: "CouldNotDetermineMessageSource" }];
    await withTask(states, { TaskHandle: "task-1" }, async (client) => {
      await expect(redrive(client, pipeline, quiet)).rejects.toThrow(/CouldNotDetermineMessageSource.*2 were moved/);
    });
  });

  test("is canceled by Ctrl-C", async () => {
    const controller = new AbortController();
    await withTask([{ Status: "RUNNING", moved: 4 }], { TaskHandle: "task-1" }, async (client, asked) => {
      const watch = { onMoved: () => controller.abort(), signal: controller.signal };
      expect(await redrive(client, pipeline, watch)).toBe(4);
      expect(asked).toContain("CancelMessageMoveTask");
    });
  });

  test("that is refused for another reason is not done by hand", async () => {
    const start = { __type: "com.amazonaws.sqs#AccessDeniedException", message: "not authorized" };
    await withTask([], start, async (client, asked) => {
      await expect(redrive(client, pipeline, quiet)).rejects.toThrow("not authorized");
      expect(asked).toEqual(["StartMessageMoveTask"]);
    });
  });
});
