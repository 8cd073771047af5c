import type { Did } from "../api/schema.ts";

/**
 * Reads single numbers by listing all of them: whoever asks while a list is under way waits for the next one, together
 * with all others who do. So what is read was listed after it was asked for, and ten thousand numbers cost a few lists.
 */
export class SharedReads {
  readonly #list: () => Promise<Did[]>;
  #current: Promise<unknown> = Promise.resolve();
  #next: Promise<Map<string, Did>> | undefined;

  constructor(list: () => Promise<Did[]>) {
    this.#list = list;
  }

  async byNumber(number: string): Promise<Did | undefined> {
    this.#next ??= this.#current.then(() => {
      this.#next = undefined;
      const listed = this.#list().then((dids) => new Map(dids.map((did) => [did.number_e164, did])));
      this.#current = listed.catch(() => undefined);
      return listed;
    });
    return (await this.#next).get(number);
  }
}
