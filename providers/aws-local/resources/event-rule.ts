import { z } from "zod";
import type { ResourceType } from "./resource-type.ts";
import { isKnown } from "./resource-type.ts";
import { tagsAll, tagsSchema } from "./tags.ts";

const MINUTE = 60_000;
const UNITS: Readonly<Record<string, number>> = { minute: MINUTE, hour: 60 * MINUTE, day: 24 * 60 * MINUTE };
/** As long as a timer of this process can wait. */
const LONGEST_DAYS = 24;

/** A rule of EventBridge that goes off at a rate. */
export const eventRule: ResourceType = {
  token: "aws:cloudwatch/eventRule:EventRule",
  inputs: z.strictObject({
    description: z.string().max(512).optional(),
    eventBusName: z.literal("default", "only the default bus is implemented by the local AWS"),
    forceDestroy: z.boolean(),
    name: z.string().regex(/^[\w.-]{1,64}$/, "must be 1 to 64 letters, digits or any of .-_"),
    scheduleExpression: z
      .string()
      .refine(
        (text) => rateOf(text) !== undefined,
        `must be a rate of at most ${LONGEST_DAYS} days, such as "rate(1 minute)" or "rate(15 minutes)": ` +
          "the local AWS implements no cron expressions",
      ),
    state: z.enum(["ENABLED", "DISABLED"], "must be ENABLED or DISABLED"),
    tags: tagsSchema.optional(),
  }),
  autoName: { property: "name", maxLength: 64 },
  defaults: { eventBusName: "default", forceDestroy: false, state: "ENABLED" },
  computed: ["arn"],
  derived: (inputs, context) => ({
    isEnabled: isKnown(inputs.state) ? inputs.state === "ENABLED" : inputs.state,
    region: context.region,
    ...tagsAll(inputs, context),
  }),
  replaceOnChange: ["eventBusName", "name"],
  identity: (inputs) => String(inputs.name),
};

/**
 * Milliseconds between two events; `undefined` when this is no rate that AWS takes. It insists on the singular for one.
 *
 * @example rateOf("rate(15 minutes)") // 900_000
 */
export function rateOf(expression: string): number | undefined {
  const [, amount, unit, plural] = /^rate\(([1-9]\d*) (minute|hour|day)(s?)\)$/.exec(expression) ?? [];
  if (unit === undefined || (amount === "1") !== (plural === "")) return undefined;
  const rate = Number(amount) * Number(UNITS[unit]);
  return rate <= LONGEST_DAYS * Number(UNITS.day) ? rate : undefined;
}
