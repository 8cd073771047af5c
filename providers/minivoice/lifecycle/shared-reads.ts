import type { MiniVoiceClient } from "../api/client.ts";
import { MiniVoiceError } from "../api/errors.ts";
import type { Did } from "../api/schema.ts";
import type { Reads } from "./route.ts";
import { managed } from "./writes.ts";

/**
 * Reads single numbers by listing all of them: whoever asks while a list is under way waits for the next one, together
 * with all others who do. So what is read was listed after it was asked for, and ten thousand numbers cost a few lists.
 * A list begins once nothing else is under way: what is being written is what will be asked for next.
 *
 * Each number is read alone where a list fails, so that one failure is not that of a thousand numbers.
 */
export class SharedReads implements Reads {
  readonly #client: MiniVoiceClient;
  #current: Promise<unknown> = Promise.resolve();
  #next: Promise<Map<string, Did>> | undefined;

  constructor(client: MiniVoiceClient) {
    this.#client = client;
  }

  async byNumber(number: string): Promise<Did | undefined> {
    this.#next ??= this.#current
      .then(() => this.#client.idle())
      .then(() => {
        this.#next = undefined;
        const listed = managed(this.#client.dids.list()).then(byNumber);
        this.#current = listed.catch(() => undefined);
        return listed;
      });
    try {
      return (await this.#next).get(number);
    } catch (error) {
      if (error instanceof MiniVoiceError) return this.#client.dids.byNumber(number);
      throw error;
    }
  }
}

const byNumber = (dids: readonly Did[]) => new Map(dids.map((did) => [did.number_e164, did]));
