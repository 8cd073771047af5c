import type { MiniVoiceClient } from "../api/client.ts";
import type { Application, Did } from "../api/schema.ts";
import type { Capabilities } from "./capabilities.ts";

const freshFor = 60_000;

/**
 * The account as listed once per engine run, for reads alone: a refresh of many objects costs one list, not one request
 * each. Started by the first read, dropped by the first write and when a minute old; reconciling never trusts it.
 */
export class Inventory {
  readonly #client: MiniVoiceClient;
  readonly #capabilities: Capabilities;
  readonly #applications: Listing<Application>;
  readonly #dids: Listing<Did>;

  constructor(client: MiniVoiceClient, capabilities: Capabilities) {
    this.#client = client;
    this.#capabilities = capabilities;
    this.#applications = new Listing(
      () => client.applications.list(),
      (application) => application.id,
    );
    this.#dids = new Listing(
      () => client.dids.list(),
      (did) => did.number_e164,
    );
  }

  application(id: string): Promise<Application | undefined> {
    return this.#applications.find(id);
  }

  /** From the list where the account has one, else read alone. */
  did(number: string): Promise<Did | undefined> {
    return this.#capabilities.listDids ? this.#dids.find(number) : this.#client.dids.byNumber(number);
  }

  /** After a write, what was listed is history. */
  forget(): void {
    this.#applications.forget();
    this.#dids.forget();
  }
}

class Listing<Item> {
  readonly #fetch: () => Promise<Item[]>;
  readonly #keyOf: (item: Item) => string;
  #current: { items: Promise<Map<string, Item>>; startedAt: number } | undefined;

  constructor(fetch: () => Promise<Item[]>, keyOf: (item: Item) => string) {
    this.#fetch = fetch;
    this.#keyOf = keyOf;
  }

  async find(key: string): Promise<Item | undefined> {
    if (!this.#current || performance.now() - this.#current.startedAt > freshFor) {
      const items = this.#fetch().then((list) => new Map(list.map((item) => [this.#keyOf(item), item])));
      this.#current = { items, startedAt: performance.now() };
      // A failed list must not fail the reads that come after a recovery.
      items.catch(() => this.forget());
    }
    return (await this.#current.items).get(key);
  }

  forget(): void {
    this.#current = undefined;
  }
}
