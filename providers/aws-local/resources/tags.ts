import { z } from "zod";
import type { AwsContext, Properties } from "./resource-type.ts";
import { isKnown, UNKNOWN } from "./resource-type.ts";

/** Tags as AWS takes them. */
export const tagsSchema = z.record(z.string().min(1).max(128), z.string().max(256));

/** The output `tagsAll`: the provider's default tags under the resource's own. */
export function tagsAll(inputs: Properties, context: AwsContext): Properties {
  const { tags = {} } = inputs;
  return { tagsAll: isKnown(tags) ? { ...context.defaultTags, ...(tags as object) } : UNKNOWN };
}
