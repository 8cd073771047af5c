/** Configuration of the AWS provider itself: `aws:region` and the few others that mean something here. */
import type { AwsContext, Properties } from "../resources/resource-type.ts";

/** The one account of the local AWS. */
export const ACCOUNT_ID = "000000000000";

/** Settings that only choose or restrict real credentials; there are none here. */
const WITHOUT_EFFECT = ["allowedAccountIds", "forbiddenAccountIds", "profile", "version"];
const UNDERSTOOD = ["defaultTags", "region", ...WITHOUT_EFFECT];

/** What is wrong with the provider's configuration, one sentence each. */
export function checkProviderConfig(config: Properties, environment: NodeJS.ProcessEnv): string[] {
  const problems = Object.keys(config)
    .filter((name) => !UNDERSTOOD.includes(name))
    .map(
      (name) => `the setting aws:${name} is not implemented by the local AWS. Implemented: ${UNDERSTOOD.join(", ")}.`,
    );
  const keys = Object.keys(decode(config.defaultTags) ?? {}).filter((key) => key !== "tags");
  problems.push(...keys.map((key) => `the setting aws:defaultTags.${key} is not implemented by the local AWS.`));
  if (!regionOf(config, environment)) {
    problems.push("the AWS region is missing: run `pulumi config set aws:region us-east-1`, or set AWS_REGION.");
  }
  return problems;
}

/** The account as resources see it. */
export function contextOf(config: Properties, environment: NodeJS.ProcessEnv): AwsContext {
  return {
    accountId: ACCOUNT_ID,
    partition: "aws",
    region: regionOf(config, environment) ?? "",
    defaultTags: (decode(config.defaultTags)?.tags ?? {}) as Record<string, string>,
  };
}

function regionOf(config: Properties, environment: NodeJS.ProcessEnv): string | undefined {
  return (config.region as string | undefined) || environment.AWS_REGION || environment.AWS_DEFAULT_REGION || undefined;
}

/** The engine sends nested settings of a provider as JSON text. */
function decode(value: unknown): Record<string, unknown> | undefined {
  return typeof value === "string" ? JSON.parse(value) : (value as Record<string, unknown> | undefined);
}
