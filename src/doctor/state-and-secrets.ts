import type { StackFile } from "../../infra/stack-file.ts";
import { liveBackendProblems } from "../stack-rules/live-backend.ts";
import { type Check, ok, problem } from "./check.ts";

/** Where the state of the stack is kept, and who can open its secrets. */
export function checkStateAndSecrets(file: StackFile, env: NodeJS.ProcessEnv): Check[] {
  const problems = liveBackendProblems(file.stack, file.fields, env);
  return [
    checkBackend(problems["production-backend"], env),
    checkSecretsProvider(file, problems["production-secrets"], env),
  ];
}

function checkBackend(broken: string | undefined, env: NodeJS.ProcessEnv): Check {
  const name = "state";
  const versioned = "docs/going-live.md makes a bucket that keeps versions";
  if (broken) return problem(name, broken, versioned);
  const backend = env.PULUMI_BACKEND_URL;
  if (!backend && env.PULUMI_ACCESS_TOKEN) return ok(name, "Pulumi Cloud, which keeps every version");
  if (!backend)
    return problem(
      name,
      "neither PULUMI_BACKEND_URL nor PULUMI_ACCESS_TOKEN is set, so this checkout has only a copy to preview",
      `set PULUMI_BACKEND_URL, such as s3://<bucket>?region=<region>; ${versioned}`,
    );
  const bucket = /^s3:\/\/([^/?]+)/.exec(backend)?.[1];
  if (bucket === undefined) return ok(name, shown(backend));
  return ok(name, `${shown(backend)}; whether it keeps versions: aws s3api get-bucket-versioning --bucket ${bucket}`);
}

function checkSecretsProvider({ stack, fields }: StackFile, broken: string | undefined, env: NodeJS.ProcessEnv): Check {
  const name = "secrets";
  if (broken) return problem(name, broken, "docs/going-live.md makes a key for them");
  const { secretsprovider: provider, encryptionsalt: salt } = fields;
  if (typeof provider === "string" && provider !== "") return ok(name, `closed with ${shown(provider)}`);
  if (salt !== undefined) return ok(name, "closed with a passphrase");
  // Pulumi Cloud closes them itself, with a key of its own for each stack.
  if (env.PULUMI_ACCESS_TOKEN && !env.PULUMI_BACKEND_URL) return ok(name, "closed by Pulumi Cloud");
  const key = '"awskms://alias/<key>?region=<region>"';
  return problem(
    name,
    "nothing says with which key they are closed",
    `pulumi stack init ${stack} --secrets-provider=${key}, or change-secrets-provider for a stack that exists`,
  );
}

/** Without a query, which could hold anything. */
const shown = (url: string): string => url.replace(/[?#].*$/s, "");
