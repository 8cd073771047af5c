import type { MiniVoiceClient } from "../api/client.ts";
import type { Application, Did } from "../api/schema.ts";
import type { Capabilities } from "./capabilities.ts";
import { managed } from "./writes.ts";

/**
 * The account as listed once per engine run, for reads alone: a refresh of many objects costs one list, not one request
 * each. Started by the first read, dropped by the first write and when a minute old (unless told otherwise); reconciling never trusts it.
 */
export class Inventory {
  readonly #client: MiniVoiceClient;
  readonly #capabilities: Capabilities;
  readonly #applications: Listing<Application>;
  readonly #dids: Listing<Did>;

  /** @param freshFor - milliseconds after which a list is made anew */
  constructor(client: MiniVoiceClient, capabilities: Capabilities, freshFor = 60_000) {
    this.#client = client;
    this.#capabilities = capabilities;
    this.#applications = new Listing(
      () => client.applications.list(),
      (application) => application.id,
      freshFor,
    );
    this.#dids = new Listing(
      () => managed(client.dids.list()),
      (did) => did.number_e164,
      freshFor,
    );
  }

  application(id: string): Promise<Application | undefined> {
    return this.#applications.find(id);
  }

  applications(): Promise<Application[]> {
    return this.#applications.all();
  }

  /** Only where the account has a list. */
  dids(): Promise<Did[]> {
    return this.#dids.all();
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
  readonly #freshFor: number;
  #current: { items: Promise<Map<string, Item>>; startedAt: number } | undefined;

  constructor(fetch: () => Promise<Item[]>, keyOf: (item: Item) => string, freshFor: number) {
    this.#fetch = fetch;
    this.#keyOf = keyOf;
    this.#freshFor = freshFor;
  }

  async find(key: string): Promise<Item | undefined> {
    return (await this.#items()).get(key);
  }

  async all(): Promise<Item[]> {
    return [...(await this.#items()).values()];
  }

  forget(): void {
    this.#current = undefined;
  }

  #items(): Promise<Map<string, Item>> {
    if (!this.#current || performance.now() - this.#current.startedAt > this.#freshFor) {
      const items = this.#fetch().then((list) => new Map(list.map((item) => [this.#keyOf(item), item])));
      this.#current = { items, startedAt: performance.now() };
      // A failed list must not fail the reads that come after a recovery.
      items.catch(() => this.forget());
    }
    return this.#current.items;
  }
}
