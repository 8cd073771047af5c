import { type Application, MiniVoiceError } from "pulumi-minivoice/api";
import {
  type ApplicationFound,
  ApplicationNotFound,
  type Context,
  type DidFound,
  findApplication,
  findDid,
  NumberNotFound,
} from "pulumi-minivoice/lifecycle";

/** What the account says of one object: it is there, it is not there, or that could not be told. */
export type Live<Found> = { found: Found } | { missing: string } | { unknown: string };

/** The account as it is live. Reads only; a failed read is an answer like any other, so that it hides nothing else. */
export class LiveAccount {
  #context: Context | { problem: string };

  /** @param context - `problem`: why the account cannot be read at all. */
  constructor(context: Context | { problem: string }) {
    this.#context = context;
  }

  async application(id: string): Promise<Live<ApplicationFound>> {
    const live = await this.#look((context) => findApplication(context, { id }));
    const list = "missing" in live ? await this.applications() : undefined;
    // The contract says that a key identifies one application, not that it shows the others.
    return list && "found" in list && list.found.length <= 1
      ? { unknown: `the key shows ${list.found.length} application, so whether ${id} exists cannot be seen` }
      : live;
  }

  number(number: string): Promise<Live<DidFound>> {
    return this.#look((context) => findDid(context, { number }));
  }

  applications(): Promise<Live<Application[]>> {
    return this.#look((context) => context.inventory.applications());
  }

  async #look<Found>(read: (context: Context) => Promise<Found>): Promise<Live<Found>> {
    if ("problem" in this.#context) return { unknown: this.#context.problem };
    try {
      return { found: await read(this.#context) };
    } catch (error) {
      const { message } = error as Error;
      if (error instanceof ApplicationNotFound || error instanceof NumberNotFound) return { missing: message };
      // Who does not answer, after all the client's patience, is not asked again for each of a thousand objects.
      if (error instanceof MiniVoiceError && error.status === 0) this.#context = { problem: message };
      return { unknown: message };
    }
  }
}
