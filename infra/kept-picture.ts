import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";

/** What callers hear, as the stack's outputs tell of the last deployment of its functions. */
export interface KeptPicture {
  revision?: string | undefined;
  /** Flow → digest of what callers meet in it. */
  flows: Record<string, string>;
  /** Application key → flow. */
  answeredBy: Record<string, string>;
  /** Number → application key, or `reject`; absent in a run that writes numbers. */
  routes?: Record<string, string> | undefined;
}

const schema = z.strictObject({
  revision: z.string().optional(),
  flows: z.record(z.string(), z.string()),
  answeredBy: z.record(z.string(), z.string()),
  routes: z.record(z.string(), z.string()).optional(),
});

/** The environment variable that holds a {@link KeptPicture} as JSON. */
export const KEPT_PICTURE = "VOICE_KEPT_PICTURE";

/**
 * What the outputs are to go on telling in a run that deploys no function, such as an `up` of the numbers alone. The engine
 * writes the outputs of the whole program after each run, whatever of it was deployed.
 *
 * @throws RunError where the variable holds anything else.
 */
export function keptPicture(environment: NodeJS.ProcessEnv = process.env): KeptPicture | undefined {
  const text = environment[KEPT_PICTURE];
  if (!text) return undefined;
  const picture = schema.safeParse(parsed(text));
  if (picture.success) return picture.data;
  throw new pulumi.RunError(
    `${KEPT_PICTURE} is not what minivoice sets for an up of a part of the stack: unset it, and let minivoice run that up`,
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
