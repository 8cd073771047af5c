import { MiniVoiceError } from "../api/errors.ts";
import type { Did } from "../api/schema.ts";
import type { Reads } from "./route.ts";

/**
 * Reads single numbers by listing all of them: whoever asks while a list is under way waits for the next one, together
 * with all others who do. So what is read was listed after it was asked for, and ten thousand numbers cost a few lists.
 *
 * Each number is read alone where a list fails, so that one failure is not that of a thousand numbers.
 */
export class SharedReads implements Reads {
  readonly #list: () => Promise<Did[]>;
  readonly #alone: Reads;
  #current: Promise<unknown> = Promise.resolve();
  #next: Promise<Map<string, Did>> | undefined;

  constructor(list: () => Promise<Did[]>, alone: Reads) {
    this.#list = list;
    this.#alone = alone;
  }

  async byNumber(number: string): Promise<Did | undefined> {
    this.#next ??= this.#current.then(() => {
      this.#next = undefined;
      const listed = this.#list().then((dids) => new Map(dids.map((did) => [did.number_e164, did])));
      this.#current = listed.catch(() => undefined);
      return listed;
    });
    try {
      return (await this.#next).get(number);
    } catch (error) {
      if (error instanceof MiniVoiceError) return this.#alone.byNumber(number);
      throw error;
    }
  }
}
