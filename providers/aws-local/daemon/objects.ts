/** Objects of S3 buckets: each version a file, `objects/<bucket>/<hash of the key>/<version>`. */
import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The version of an object in a bucket that keeps none. */
export const NO_VERSION = "null";

/** A version of an object, as it was written. */
export interface StoredObject {
  readonly versionId: string;
  /** The MD5 of the content, quoted as HTTP has it. */
  readonly etag: string;
}

/** All objects, as files for the owner alone. */
export class Objects {
  readonly #folder: string;

  constructor(stateDir: string) {
    this.#folder = join(stateDir, "objects");
  }

  /** Writes an object: beside the versions that are there, or in place of the one where the bucket keeps none. */
  put(bucket: string, key: string, content: Buffer, versioned: boolean): StoredObject {
    const versionId = versioned ? randomBytes(24).toString("base64url") : NO_VERSION;
    const file = this.#file(bucket, key, versionId);
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(`${file}.new`, content, { mode: 0o600 });
    renameSync(`${file}.new`, file);
    return { versionId, etag: etagOf(content) };
  }

  /** The content of one version; `undefined` when there is no such. */
  get(bucket: string, key: string, versionId: string): Buffer | undefined {
    const file = this.#file(bucket, key, versionId);
    return /^[\w-]+$/.test(versionId) && existsSync(file) ? readFileSync(file) : undefined;
  }

  /** Deletes an object with all its versions. */
  delete(bucket: string, key: string): void {
    rmSync(this.#folderOf(bucket, key), { recursive: true, force: true });
  }

  /** Deletes a bucket with all that is in it. */
  deleteBucket(bucket: string): void {
    rmSync(join(this.#folder, bucket), { recursive: true, force: true });
  }

  #file(bucket: string, key: string, versionId: string): string {
    return join(this.#folderOf(bucket, key), versionId);
  }

  /** A key may be longer than the name of a file. */
  #folderOf(bucket: string, key: string): string {
    return join(this.#folder, bucket, createHash("sha256").update(key).digest("hex"));
  }
}

/** What S3 calls a content by. */
export const etagOf = (content: Buffer): string => `"${createHash("md5").update(content).digest("hex")}"`;
