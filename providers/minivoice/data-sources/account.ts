import * as pulumi from "@pulumi/pulumi";
import { redact } from "../api/redact.ts";
import { shareOut } from "../budget.ts";
import { configurationOf } from "../configuration.ts";
import type { Context } from "../lifecycle/context.ts";
import { Inventory } from "../lifecycle/inventory.ts";

/** Keyed by the engine's end of a run, because one process may run several programs (the Automation API does). */
const accounts = new WeakMap<object, Promise<Context>>();
const noEngine = {};

/**
 * Asks the account in the program's own process: the engine does not pass questions on to a dynamic provider.
 *
 * @param name - of the data source, as the program calls it
 * @throws pulumi.RunError, which the engine shows without a stack
 */
export async function ask<Answer>(name: string, question: (context: Context) => Promise<Answer>): Promise<Answer> {
  try {
    return await question(await account());
  } catch (error) {
    const shown = new pulumi.RunError(`${name}: ${redact((error as Error).message)}`);
    // The stack of a RunError is left out only while the program runs; an output may fail later.
    shown.stack = "";
    throw shown;
  }
}

/** One client and one list for all questions of a run. It only reads. */
function account(): Promise<Context> {
  const run = pulumi.runtime.getMonitor() ?? noEngine;
  const known = accounts.get(run) ?? open();
  accounts.set(run, known);
  return known;
}

async function open(): Promise<Context> {
  const { program } = shareOut({ ...configurationOf(pulumi.runtime.getConfig), readOnly: true });
  // A program that asks nothing does not wait for the HTTP client and the schemas to load.
  const { createContext } = await import("../lifecycle/context.ts");
  const context = createContext({ ...program, say: pulumi.log.info });
  const { client, capabilities } = context;
  // What a program sees must not change while it runs.
  return { ...context, inventory: new Inventory(client, capabilities, Number.POSITIVE_INFINITY) };
}
