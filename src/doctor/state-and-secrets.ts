import type { StackFile } from "../../infra/stack-file.ts";
import { type LiveBackendRule, liveBackendProblems } from "../stack-rules/live-backend.ts";
import { type Check, neededLive, ok, problem } from "./check.ts";
import { isProduction } from "./project-files.ts";

/** Where the state of the stack is kept, and who can open its secrets. */
export function checkStateAndSecrets(file: StackFile, env: NodeJS.ProcessEnv): Check[] {
  const problems = liveBackendProblems(file.stack, file.fields, env);
  const needed = neededLive(isProduction(file));
  const broken = (rule: LiveBackendRule, name: string, fix: string) => {
    const text = problems[rule]?.replace(/^stack ".*?" is production, and /, "");
    return text === undefined ? undefined : needed(name, text, fix);
  };
  return [
    broken("production-backend", "state", versioned) ?? checkBackend(env),
    broken("production-secrets", "secrets", "docs/going-live.md makes a key for them") ??
      checkSecretsProvider(file, env),
  ];
}

const versioned = "docs/going-live.md makes a bucket that keeps versions";

function checkBackend(env: NodeJS.ProcessEnv): Check {
  const name = "state";
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

function checkSecretsProvider({ stack, fields }: StackFile, env: NodeJS.ProcessEnv): Check {
  const name = "secrets";
  const { secretsprovider: provider, encryptionsalt: salt } = fields;
  if (typeof provider === "string" && provider !== "") return ok(name, `closed with ${shown(provider)}`);
  if (salt !== undefined) return ok(name, "closed with a passphrase");
  // Pulumi Cloud closes them itself, with a key of its own for each stack.
  if (env.PULUMI_ACCESS_TOKEN && !env.PULUMI_BACKEND_URL) return ok(name, "closed by Pulumi Cloud");
  const key = '"awskms://alias/<key>?region=<region>"';
  return problem(
    name,
    "nothing says with which key they are closed",
    `npm run pulumi -- stack init -s ${stack} --secrets-provider=${key} (docs/going-live.md makes the key)`,
  );
}

/** Without a query, which could hold anything. */
const shown = (url: string): string => url.replace(/[?#].*$/s, "");
