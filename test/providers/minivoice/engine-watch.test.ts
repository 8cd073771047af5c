import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import { watchEngine } from "../../../providers/minivoice/engine-watch.ts";

test("an engine that no longer listens is noticed once, one that listens is left in peace", async () => {
  const engine = createServer((socket) => socket.destroy()).listen(0, "127.0.0.1");
  await once(engine, "listening");
  const { port } = engine.address() as { port: number };
  const gone: string[] = [];
  watchEngine(`127.0.0.1:${port}`, () => gone.push("gone"));
  await once(engine, "connection");
  expect(gone).toEqual([]);
  engine.close();
  while (gone.length === 0) await sleep(50);
  await sleep(1_200);
  expect(gone).toEqual(["gone"]);
});

test("without an address there is nothing to watch, and what cannot be reached for another reason is not gone", async () => {
  const gone: string[] = [];
  watchEngine(undefined, () => gone.push("gone"));
  watchEngine("engine.invalid:1", () => gone.push("gone"));
  await sleep(1_500);
  expect(gone).toEqual([]);
});
