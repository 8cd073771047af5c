/**
 * Evaluates the flow modules of one version of the project and hands the flows over as JSON. It runs in a process of its
 * own, with an empty environment, that can read those files and nothing else: the modules may be a stranger's.
 */
import { writeSync } from "node:fs";
import { pathToFileURL } from "node:url";
import type { Evaluated, Wanted } from "./evaluated.ts";
import { RESULT_CHANNEL } from "./evaluated.ts";

const [entry = "", wanted = "[]"] = process.argv.slice(2);
hand(await evaluate(entry, JSON.parse(wanted)));

async function evaluate(module: string, stacks: Wanted[]): Promise<Evaluated> {
  try {
    const { flowsFor } = await import(pathToFileURL(module).href);
    if (typeof flowsFor !== "function")
      return { error: "src/flows/index.ts exports no function flowsFor(stack, options)" };
    return { stacks: Object.fromEntries(stacks.map(({ stack, local }) => [stack, flowsOf(flowsFor, stack, local)])) };
  } catch (error) {
    return { error: messageOf(error) };
  }
}

function flowsOf(flowsFor: (stack: string, options: { local: boolean }) => unknown, stack: string, local: boolean) {
  try {
    return { flows: flowsFor(stack, { local }) };
  } catch (error) {
    return { error: messageOf(error) };
  }
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Of what cannot be read as code, the message tells what was unexpected, and only the stack where.
  const [, place] = (error instanceof SyntaxError && /^(\S+:\d+)\n/.exec(error.stack ?? "")) || [];
  return place === undefined ? error.message : `${place}: ${error.message}`;
}

/** A channel of its own, since modules may print. A pipe takes what it has room for. */
function hand(result: Evaluated): void {
  const bytes = Buffer.from(JSON.stringify(result));
  for (let sent = 0; sent < bytes.length; ) sent += writeSync(RESULT_CHANNEL, bytes, sent);
  process.exit(0);
}
