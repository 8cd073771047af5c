import { randomBytes } from "node:crypto";
import type { Principal } from "./authorizer.ts";

/** Credentials as the AWS SDK takes them. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Credentials that were issued, and to whom. They are as random as a password, so the key alone proves who somebody is. */
export class AccessKeys {
  readonly #principals = new Map<string, Principal>();

  /** Issues credentials; those of a role begin as temporary ones do. */
  issue(principal: Principal): Credentials {
    const accessKeyId = `${principal === "owner" ? "AKIA" : "ASIA"}${randomBytes(16).toString("hex").toUpperCase()}`;
    this.#principals.set(accessKeyId, principal);
    return { accessKeyId, secretAccessKey: randomBytes(30).toString("base64") };
  }

  /** Ends credentials. */
  revoke({ accessKeyId }: Credentials): void {
    this.#principals.delete(accessKeyId);
  }

  /** Whose access key this is. */
  principal(accessKeyId: string): Principal | undefined {
    return this.#principals.get(accessKeyId);
  }
}
