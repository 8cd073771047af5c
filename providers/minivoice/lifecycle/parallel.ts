/**
 * Runs `task` for each item, `width` at a time, and waits for all of them. The first error rejects, and nothing new is
 * started after it; a task that must not stop the others catches its own errors.
 *
 * The client has its own limits; this one keeps ten thousand numbers from becoming ten thousand waiting requests.
 */
export async function inParallel<Item>(
  items: readonly Item[],
  task: (item: Item) => Promise<void>,
  width = 64,
): Promise<void> {
  const rest = items.values();
  let failed = false;
  await Promise.all(
    Array.from({ length: Math.min(width, items.length) }, async () => {
      for (const item of rest) {
        if (failed) return;
        try {
          await task(item);
        } catch (error) {
          failed = true;
          throw error;
        }
      }
    }),
  );
}
