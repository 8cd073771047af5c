import { createHash } from "node:crypto";
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A file of a function's code. */
export interface CodeFile {
  readonly path: string;
  readonly base64: string;
}

/** Code in the store. */
export interface StoredCode {
  /** SHA-256 over all paths and contents, in Base64, as AWS shows it. The same files have the same hash on any machine. */
  readonly sha256: string;
  readonly bytes: number;
  /** Folder that holds the files. */
  readonly directory: string;
}

/** Code of functions, one folder per content. */
export class CodeStore {
  readonly #folder: string;

  constructor(stateDir: string) {
    this.#folder = join(stateDir, "code");
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    // Ends Node's search for the module type: a bundle must not inherit the one of the project around the store.
    writeFileSync(join(this.#folder, "package.json"), "{}\n", { mode: 0o600 });
  }

  /** Stores files, sorted by path; stores nothing twice. */
  put(files: readonly CodeFile[]): StoredCode {
    const hash = createHash("sha256");
    let bytes = 0;
    const contents = files.map(({ path, base64 }) => ({ path, content: Buffer.from(base64, "base64") }));
    for (const { path, content } of contents) {
      hash.update(`${path}\0${content.length}\0`).update(content);
      bytes += content.length;
    }
    const sha256 = hash.digest("base64");
    const directory = this.directory(sha256);
    if (!existsSync(directory)) {
      const draft = `${directory}.new`;
      rmSync(draft, { recursive: true, force: true });
      for (const { path, content } of contents) {
        mkdirSync(dirname(join(draft, path)), { recursive: true, mode: 0o700 });
        writeFileSync(join(draft, path), content, { mode: 0o600 });
      }
      renameSync(draft, directory);
    }
    return { sha256, bytes, directory };
  }

  directory(sha256: string): string {
    return join(this.#folder, Buffer.from(sha256, "base64").toString("hex"));
  }

  delete(sha256: string): void {
    rmSync(this.directory(sha256), { recursive: true, force: true });
  }
}
