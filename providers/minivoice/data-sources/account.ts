import * as pulumi from "@pulumi/pulumi";
import { redact } from "../api/redact.ts";
import { shareOut } from "../budget.ts";
import { configurationOf } from "../configuration.ts";
import { type Context, createContext } from "../lifecycle/context.ts";
import { Inventory } from "../lifecycle/inventory.ts";

/** Keyed by the engine's end of a run, because one process may run several programs (the Automation API does). */
const accounts = new WeakMap<object, Context>();
const noEngine = {};

/**
 * Asks the account in the program's own process: the engine does not pass questions on to a dynamic provider.
 *
 * @param name - of the data source, as the program calls it
 * @throws pulumi.RunError, which the engine shows without a stack
 */
export async function ask<Answer>(name: string, question: (context: Context) => Promise<Answer>): Promise<Answer> {
  try {
    return await question(account());
  } catch (error) {
    const shown = new pulumi.RunError(`${name}: ${redact((error as Error).message)}`);
    // The stack of a RunError is left out only while the program runs; an output may fail later.
    shown.stack = "";
    throw shown;
  }
}

/** One client and one list for all questions of a run. It only reads. */
function account(): Context {
  const run = pulumi.runtime.getMonitor() ?? noEngine;
  const known = accounts.get(run);
  if (known) return known;
  const { program } = shareOut({ ...configurationOf(pulumi.runtime.getConfig), readOnly: true });
  const context = createContext({ ...program, say: pulumi.log.info });
  const { client, capabilities } = context;
  // What a program sees must not change while it runs.
  const created = { ...context, inventory: new Inventory(client, capabilities, Number.POSITIVE_INFINITY) };
  accounts.set(run, created);
  return created;
}
