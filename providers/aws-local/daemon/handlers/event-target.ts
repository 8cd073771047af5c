import { randomUUID } from "node:crypto";
import { AwsError } from "../errors.ts";
import { EVENT_RULE_TYPE } from "../events/scheduled-rules.ts";
import type { ResourceHandler } from "./handler.ts";

/** Targets of rules. A rule finds them in the state when it goes off. */
export const eventTargetHandler: ResourceHandler = {
  conflict: "ResourceAlreadyExistsException",
  id: ({ rule, targetId }) => `${rule}-${targetId ?? `terraform-${randomUUID()}`}`,
  create: async ({ id, inputs }, { state }) => {
    const rule = String(inputs.rule);
    if (!state.resource(EVENT_RULE_TYPE, rule))
      throw new AwsError("ResourceNotFoundException", `Rule ${rule} does not exist on EventBus default.`);
    return { targetId: id.slice(rule.length + 1) };
  },
  update: async (_wanted, live) => live.attributes,
  delete: async () => {},
};
