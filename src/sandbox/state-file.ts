import { readFileSync } from "node:fs";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import type { z } from "zod";

/**
 * One JSON document on disk, replaced in one step and readable by its owner only, since it holds keys.
 *
 * Saves that arrive while one is being written share the next: a burst of writes costs two files, not thousands,
 * and still each caller waits until its own change is on disk.
 */
export class StateFile<T> {
  readonly path: string;
  readonly #schema: z.ZodType<T>;
  readonly #holds: string;
  #writing: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  /** @param holds - what is lost with the file, for the message when it is broken. */
  constructor(path: string, schema: z.ZodType<T>, holds: string) {
    this.path = path;
    this.#schema = schema;
    this.#holds = holds;
  }

  /**
   * What was saved last, or `undefined` when nothing was.
   *
   * @throws Error that names the file and the way out when it is broken: to start afresh in silence would lose an account.
   */
  load(): T | undefined {
    let text: string;
    try {
      text = readFileSync(this.path, "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw this.broken(`cannot be read (${(error as NodeJS.ErrnoException).code})`);
    }
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      throw this.broken("is not valid JSON");
    }
    const result = this.#schema.safeParse(json);
    if (result.success) return result.data;
    const [issue] = result.error.issues;
    throw this.broken(`is not valid: ${issue?.path.join(".") || "the document"}: ${issue?.message}`);
  }

  /** Returns once what `current` gives, now or later, is on disk. */
  save(current: () => T): Promise<void> {
    if (!this.#writing) return this.#start(current);
    this.#next ??= this.#writing
      .catch(() => undefined)
      .then(() => {
        this.#next = undefined;
        return this.#start(current);
      });
    return this.#next;
  }

  /** Waits for saves under way. */
  async settled(): Promise<void> {
    await Promise.allSettled([this.#writing, this.#next]);
  }

  #start(current: () => T): Promise<void> {
    this.#writing = this.#write(`${JSON.stringify(current(), null, 1)}\n`).finally(() => {
      this.#writing = undefined;
    });
    return this.#writing;
  }

  async #write(text: string): Promise<void> {
    const draft = `${this.path}.${process.pid}.tmp`;
    await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
    await rm(draft, { force: true });
    const file = await open(draft, "wx", 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, this.path);
  }

  /** The refusal to go on with this file, which names it and the way out. */
  broken(reason: string): Error {
    return new Error(
      `the sandbox's state file ${this.path} ${reason}. Restore it from a copy; or delete it, which loses ` +
        `${this.#holds}, and run npm start again`,
    );
  }
}
