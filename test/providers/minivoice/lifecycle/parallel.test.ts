import { expect, test } from "@jest/globals";
import { inParallel } from "../../../../providers/minivoice/lifecycle/parallel.ts";

test("so many tasks run at once, all of them are done, and the first error starts nothing new", async () => {
  const items = Array.from({ length: 20 }, (_, index) => index);
  let running = 0;
  let most = 0;
  const done: number[] = [];
  const task = async (item: number) => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setImmediate(resolve));
    running--;
    if (item === 7) throw new Error("seven");
    done.push(item);
  };
  await inParallel(
    items.filter((item) => item !== 7),
    task,
    4,
  );
  expect(most).toBe(4);
  expect(done.sort((a, b) => a - b)).toEqual(items.filter((item) => item !== 7));

  done.length = 0;
  await expect(inParallel(items, task, 4)).rejects.toThrow("seven");
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(done.length).toBeLessThan(12);
});
