import type { ResourceHandler, Services } from "./handler.ts";

const TYPE = "aws:cloudwatch/logGroup:LogGroup";

/** Log groups: files that go with their group. */
export const logGroupHandler: ResourceHandler = {
  conflict: "ResourceAlreadyExistsException",
  id: (inputs) => String(inputs.name),
  create: async ({ inputs, region }, { accountId }) => ({ arn: logGroupArn(String(inputs.name), region, accountId) }),
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
  if (state.resource(TYPE, name)) return;
  const inputs = { name, retentionInDays: 0, skipDestroy: false };
  state.setResource(TYPE, name, {
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
