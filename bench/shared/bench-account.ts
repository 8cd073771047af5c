import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** What an account of a bench is like. */
export interface AccountSettings {
  /** How many numbers it has. */
  count: number;
  capabilities: "managed" | "documented";
  /** Milliseconds before each request to the API is looked at. */
  latencyMs: number;
  /** Whether all numbers route to the first application; none does otherwise. */
  routed: boolean;
}

/** An account of the sandbox with many numbers and two applications, in a process of its own. */
export class BenchAccount {
  readonly url: string;
  readonly apiKey: string;
  readonly numbers: string[];
  /** Ids of two applications. */
  readonly first: string;
  readonly others: string;
  readonly #child: ChildProcess;

  private constructor(
    child: ChildProcess,
    account: Pick<BenchAccount, "url" | "apiKey" | "numbers" | "first" | "others">,
  ) {
    this.#child = child;
    this.url = account.url;
    this.apiKey = account.apiKey;
    this.numbers = account.numbers;
    this.first = account.first;
    this.others = account.others;
  }

  static async open(count: number, settings: Partial<AccountSettings> = {}): Promise<BenchAccount> {
    const all: AccountSettings = { capabilities: "managed", latencyMs: 0, routed: false, ...settings, count };
    const child = fork(join(import.meta.dirname, "account.ts"), [JSON.stringify(all)], {
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    const [account] = await once(child, "message");
    return new BenchAccount(child, account);
  }

  /** Requests since the last time that this was asked. */
  async requests(): Promise<number> {
    this.#child.send("requests");
    const [count] = await once(this.#child, "message");
    return count;
  }

  async close(): Promise<void> {
    this.#child.disconnect();
    await once(this.#child, "exit");
  }
}
