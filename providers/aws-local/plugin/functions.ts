/** Functions that a program may call (`aws.getRegionOutput()` …): answers about the one local account. */
import type { AwsContext, Properties } from "../resources/resource-type.ts";

const functions: Record<string, (context: AwsContext) => Properties> = {
  "aws:index/getCallerIdentity:getCallerIdentity": ({ accountId, partition }) => ({
    accountId,
    arn: `arn:${partition}:iam::${accountId}:user/local`,
    id: accountId,
    userId: "AIDALOCAL",
  }),
  "aws:index/getPartition:getPartition": ({ partition }) => ({
    dnsSuffix: "amazonaws.com",
    id: partition,
    partition,
    reverseDnsPrefix: "com.amazonaws",
  }),
  "aws:index/getRegion:getRegion": ({ region }) => ({
    description: region,
    endpoint: `ec2.${region}.amazonaws.com`,
    id: region,
    name: region,
    region,
  }),
};

/**
 * Answers a function call.
 *
 * @throws Error that names the function, or the argument, that is not implemented.
 */
export function callFunction(token: string, args: Properties, context: AwsContext): Properties {
  const answer = functions[token];
  if (!answer) {
    throw new Error(
      `The function ${token} is not implemented by the local AWS. Implemented: ${Object.keys(functions).join(", ")}.`,
    );
  }
  const [argument] = Object.keys(args);
  if (argument) throw new Error(`The argument "${argument}" of ${token} is not implemented by the local AWS.`);
  return answer(context);
}
