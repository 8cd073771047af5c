import { startSandbox } from "../../src/sandbox/index.ts";

/** The account of a bench, in a process of its own so that it does not share a processor's time slice with the measured code. */
const count = Number(process.argv[2]);
const numbers = Array.from({ length: count }, (_, index) => `+1555${String(index).padStart(7, "0")}`);
let requests = 0;
const sandbox = await startSandbox({
  numbers,
  pageSize: 1_000,
  onRequest: () => {
    requests++;
  },
});
const ids = await Promise.all(
  ["first", "others"].map(async (name) => (await sandbox.control.createApplication({ name })).id),
);

process.send?.({ url: sandbox.url, apiKey: sandbox.portalKey, numbers, first: ids[0], others: ids[1] });
process.on("message", (message) => {
  if (message !== "requests") return;
  process.send?.(requests);
  requests = 0;
});
process.on("disconnect", () => process.exit());
