import { readdirSync } from "node:fs";
import { join } from "node:path";
import { StateFile } from "../state-file.ts";
import { type CallRecord, callSchema } from "./call.ts";

/** Every call that was placed, one file each, so that a long history does not make the next call slow. */
export class CallLog {
  readonly #folder: string | undefined;
  readonly #calls = new Map<string, CallRecord>();
  readonly #files = new Map<string, StateFile<CallRecord>>();

  /**
   * @param folder - where the calls lie; absent: in memory only.
   * @throws Error that names the file when one is broken.
   */
  constructor(folder?: string) {
    this.#folder = folder;
    for (const name of folder ? callFiles(folder) : []) {
      const call = new StateFile(join(folder ?? "", name), callSchema, "the record of that call").load();
      if (call) this.#calls.set(call.wire.id, call);
    }
  }

  /** Oldest first. */
  get all(): CallRecord[] {
    return [...this.#calls.values()];
  }

  get = (id: string): CallRecord | undefined => this.#calls.get(id);

  /** Keeps the call as it is now, or as it will have become when it is written. */
  async save(call: CallRecord): Promise<void> {
    const { id } = call.wire;
    this.#calls.set(id, call);
    if (!this.#folder) return;
    const file =
      this.#files.get(id) ?? new StateFile(join(this.#folder, `${id}.json`), callSchema, "the record of that call");
    this.#files.set(id, file);
    await file.save(() => call);
  }

  async settled(): Promise<void> {
    await Promise.all([...this.#files.values()].map((file) => file.settled()));
  }
}

function callFiles(folder: string): string[] {
  try {
    // IDs begin with the time, so their order is that of the calls.
    return readdirSync(folder)
      .filter((name) => name.endsWith(".json"))
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
