import { z } from "zod";

const routeModeSchema = z.enum(["webhook", "reject"]);

/** Under `documented` an application cannot be changed and a number cannot be assigned through the API. */
const capabilitiesSchema = z.enum(["managed", "documented"]);

const applicationSchema = z.object({
  id: z.string(),
  name: z.string(),
  answer_url: z.string().optional(),
  webhook_url: z.string().optional(),
  webhook_secret: z.string().optional(),
  api_key: z.string(),
  created_at: z.string(),
});

const didSchema = z.object({
  id: z.string(),
  number_e164: z.string(),
  application_id: z.string().optional(),
  route_mode: routeModeSchema,
  created_at: z.string(),
  updated_at: z.string(),
});

/** What one account holds, as it lies on disk: the wire names, so that there is one picture of an object. */
export const accountStateSchema = z.object({
  version: z.literal(1),
  customerId: z.string(),
  capabilities: capabilitiesSchema,
  controlToken: z.string(),
  portalApplicationId: z.string(),
  portalKey: z.string(),
  /** Grows by one with each object, so that no ID is ever given twice. */
  sequence: z.int(),
  assumptions: z.record(z.string(), z.string()),
  applications: z.array(applicationSchema),
  dids: z.array(didSchema),
});

export type RouteMode = z.infer<typeof routeModeSchema>;
export type Capabilities = z.infer<typeof capabilitiesSchema>;
export type StoredApplication = z.infer<typeof applicationSchema>;
export type StoredDid = z.infer<typeof didSchema>;
export type AccountState = z.infer<typeof accountStateSchema>;
