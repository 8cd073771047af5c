import type { ResourceHandler } from "./handler.ts";

/** Alarms. What evaluates them finds them in the state. */
export const metricAlarmHandler: ResourceHandler = {
  conflict: "ResourceAlreadyExists",
  id: (inputs) => String(inputs.name),
  create: async ({ id, region }, { accountId }) => ({ arn: `arn:aws:cloudwatch:${region}:${accountId}:alarm:${id}` }),
  update: async (_wanted, live) => live.attributes,
  delete: async () => {},
};
