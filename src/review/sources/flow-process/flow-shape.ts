import { z } from "zod";
import { actionSchema } from "../../../call-flow/action-schema.ts";
import type { Flow } from "../../../call-flow/flow.ts";
import { problemsOf } from "../../../call-flow/validate.ts";

const name = z.string().min(1).max(200);
const action = z.custom<object>((value) => actionSchema.safeParse(value).success);

const step = z.looseObject({
  actions: z.array(action).optional(),
  gather: z.looseObject({}).optional(),
  menu: z
    .looseObject({ keys: z.record(z.string(), name), wrong: name, silence: name, exhausted: name.optional() })
    .optional(),
  goto: name.optional(),
  end: z.literal(true).optional(),
});

const flows = z.record(
  z.string(),
  z.looseObject({ name, start: name, fallback: name, steps: z.record(z.string(), step) }),
);

/**
 * Checks what another process says are flows: it may be a stranger's code that only looks like ours.
 *
 * @returns the flows, or one sentence on what is wrong with them.
 */
export function flowsFrom(value: unknown): { flows: Record<string, Flow> } | { error: string } {
  const shape = flows.safeParse(value);
  if (!shape.success)
    return { error: `these are no call flows: ${z.prettifyError(shape.error).replace(/\s*\n\s*/g, "; ")}` };
  const found = shape.data as unknown as Record<string, Flow>;
  const problems = Object.values(found).flatMap(problemsOf);
  const [first] = problems;
  return first ? { error: `${first.place}: ${first.rule}` } : { flows: found };
}
