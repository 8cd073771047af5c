import { existsSync } from "node:fs";
import { join } from "node:path";
import type { StackFile } from "../../infra/stack-file.ts";
import { type Check, ok, problem } from "./check.ts";

/** What is needed to reach AWS: whether it is there, not whether it works, which the first preview tells. */
export function checkAws(file: StackFile, env: NodeJS.ProcessEnv, home: string): Check[] {
  const region = env.AWS_REGION || env.AWS_DEFAULT_REGION || file.plain("aws:region");
  const source = credentialsIn(env, home);
  return [
    region
      ? ok("AWS region", region)
      : problem("AWS region", "there is none", `npm run pulumi -- config set aws:region eu-central-1 -s ${file.stack}`),
    source
      ? ok("AWS credentials", `from ${source}; who they are: aws sts get-caller-identity`)
      : problem(
          "AWS credentials",
          "there are none in the environment and none in ~/.aws",
          "aws configure sso, or let the deploying job assume its role (docs/going-live.md)",
        ),
  ];
}

/** Where the AWS SDK would find credentials, in its order. */
function credentialsIn(env: NodeJS.ProcessEnv, home: string): string | undefined {
  if (env.AWS_ACCESS_KEY_ID && env.AWS_SECRET_ACCESS_KEY) return "AWS_ACCESS_KEY_ID";
  if (env.AWS_PROFILE) return `the profile ${env.AWS_PROFILE}`;
  if (env.AWS_WEB_IDENTITY_TOKEN_FILE && env.AWS_ROLE_ARN) return `the role ${env.AWS_ROLE_ARN}`;
  if (env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI || env.AWS_CONTAINER_CREDENTIALS_FULL_URI)
    return "the container's role";
  const files = [
    env.AWS_SHARED_CREDENTIALS_FILE || join(home, ".aws", "credentials"),
    env.AWS_CONFIG_FILE || join(home, ".aws", "config"),
  ];
  return files.find((file) => existsSync(file));
}
