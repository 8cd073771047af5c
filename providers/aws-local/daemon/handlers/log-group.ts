import type { ResourceHandler, Services } from "./handler.ts";

export const LOG_GROUP_TYPE = "aws:cloudwatch/logGroup:LogGroup";

/** Log groups: files that go with their group. */
export const logGroupHandler: ResourceHandler = {
  conflict: "ResourceAlreadyExistsException",
  id: (inputs) => String(inputs.name),
  create: async ({ id, region }, { accountId, functions }) => {
    functions.forgetLogGroup(id);
    return { arn: logGroupArn(id, region, accountId) };
  },
  update: async (_wanted, live) => live.attributes,
  delete: async ({ id }, { functions, logs }) => {
    functions.forgetLogGroup(id);
    logs.delete(id);
  },
};

/** Lambda creates the log group of a function with its first invocation when nobody did; it never expires. */
export function ensureLogGroup(
  name: string,
  region: string,
  { accountId, state }: Pick<Services, "accountId" | "state">,
): void {
  if (state.resource(LOG_GROUP_TYPE, name)) return;
  const inputs = { name, retentionInDays: 0, skipDestroy: false };
  state.setResource(LOG_GROUP_TYPE, name, {
    id: name,
    urn: "",
    region,
    inputs,
    attributes: { arn: logGroupArn(name, region, accountId) },
  });
}

function logGroupArn(name: string, region: string, accountId: string): string {
  return `arn:aws:logs:${region}:${accountId}:log-group:${name}`;
}
