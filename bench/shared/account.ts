import { delay } from "../../src/sandbox/faults.ts";
import { startSandbox } from "../../src/sandbox/index.ts";
import type { AccountSettings } from "./bench-account.ts";

/** The account of a bench, in a process of its own so that it does not share a processor's time slice with the measured code. */
const { count, capabilities, latencyMs, routed }: AccountSettings = JSON.parse(process.argv[2] ?? "");
const numbers = Array.from({ length: count }, (_, index) => `+1555${String(index).padStart(7, "0")}`);
let requests = 0;
const sandbox = await startSandbox({
  numbers,
  pageSize: 1_000,
  capabilities,
  onRequest: () => {
    requests++;
  },
});
const endpoints = (name: string) => ({ name, answerUrl: `https://calls.example.com/${name}` });
const [first = "", others = ""] = await Promise.all(
  ["first", "others"].map(async (name) => (await sandbox.control.createApplication(endpoints(name))).id),
);
if (routed) for (const number of numbers) await sandbox.control.assign(number, first);
if (latencyMs > 0) sandbox.faults.arm(() => true, delay(latencyMs), Number.POSITIVE_INFINITY);

process.send?.({ url: sandbox.url, apiKey: sandbox.portalKey, numbers, first, others });
process.on("message", (message) => {
  if (message !== "requests") return;
  process.send?.(requests);
  requests = 0;
});
process.on("disconnect", () => process.exit());
