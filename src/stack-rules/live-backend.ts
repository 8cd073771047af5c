import { backendInUse } from "./backend-in-use.ts";

/** The rules about where the state and the secrets of a production stack are kept, by name. */
export type LiveBackendRule = "production-backend" | "production-secrets";

/** What of `Pulumi.<stack>.yaml` says who can open the stack's secrets. */
export interface SecretsSettings {
  secretsprovider?: unknown;
  /** The salt of a passphrase: there is one in the file of every stack whose secrets a passphrase closes. */
  encryptionsalt?: unknown;
}

/**
 * What is wrong with the place where a production stack keeps its state and its secrets, as far as the stack file and
 * the environment tell. A state on one machine is lost with it, and two people deploy from two of them; a passphrase
 * opens every key to everybody who ever had it, and nobody can tell who used it. It counts where Pulumi would work, also
 * when no variable says so but a login on this machine.
 *
 * @returns per broken rule what breaks it and the way out.
 */
export function liveBackendProblems(
  stack: string,
  { secretsprovider, encryptionsalt }: SecretsSettings,
  env: NodeJS.ProcessEnv,
): Partial<Record<LiveBackendRule, string>> {
  const backend = backendInUse(env);
  const onThisMachine = backend.startsWith("file:");
  // A backend of one's own takes a passphrase unless told otherwise; Pulumi Cloud has its own keys.
  const byDefault = backend !== "" && !/^https?:/.test(backend) ? "passphrase" : "";
  const provider = String(secretsprovider || (encryptionsalt ? "passphrase" : byDefault));
  return {
    ...(onThisMachine && {
      "production-backend":
        `stack "${stack}" is production, and "${backend}" keeps its state on one machine: set PULUMI_BACKEND_URL to a ` +
        'versioned bucket, such as "s3://<bucket>?region=<region>", or use Pulumi Cloud',
    }),
    ...(provider === "passphrase" && {
      "production-secrets":
        `stack "${stack}" is production, and a passphrase closes its secrets: run ` +
        `\`pulumi stack change-secrets-provider "awskms://alias/<key>?region=<region>" --stack ${stack}\``,
    }),
  };
}
