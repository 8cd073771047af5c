import { rateOf } from "../../resources/event-rule.ts";
import type { Properties } from "../../resources/resource-type.ts";
import { AwsError } from "../errors.ts";
import { EVENT_TARGET_TYPE } from "../events/scheduled-rules.ts";
import type { ResourceHandler, Services } from "./handler.ts";

/** Rules of EventBridge: at work while they are enabled. */
export const eventRuleHandler: ResourceHandler = {
  conflict: "ResourceAlreadyExistsException",
  id: (inputs) => String(inputs.name),
  create: async ({ id, inputs, region }, services) => {
    schedule(id, inputs, services);
    return { arn: `arn:aws:events:${region}:${services.accountId}:rule/${id}` };
  },
  update: async ({ id, inputs }, live, services) => {
    schedule(id, inputs, services);
    return live.attributes;
  },
  delete: async ({ id }, { scheduledRules, state }) => {
    if (state.resources(EVENT_TARGET_TYPE).some(({ inputs }) => inputs.rule === id))
      throw new AwsError("ValidationException", "Rule can't be deleted since it has targets.");
    scheduledRules.stop(id);
  },
  restore: async ({ id, inputs }, services) => schedule(id, inputs, services),
};

function schedule(id: string, { scheduleExpression, state }: Properties, { scheduledRules }: Services): void {
  const rate = rateOf(String(scheduleExpression));
  if (state === "ENABLED" && rate !== undefined) scheduledRules.start(id, rate);
  else scheduledRules.stop(id);
}
