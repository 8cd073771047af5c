import * as z from "zod";

/** The API sends `""` and `null` where others leave a field out; all three mean absent, and absent keys are not there. */
function withoutAbsent(value: unknown): unknown {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  // A list holds ten thousand objects, most of which lack nothing and need no copy.
  if (!Object.values(value).some(isAbsent)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, field]) => !isAbsent(field)));
}

const isAbsent = (field: unknown): boolean => field === null || field === "";

/** Unknown fields are dropped rather than refused: the vendor announces that more will come. */
const wireObject = <Shape extends z.ZodRawShape>(shape: Shape) => z.preprocess(withoutAbsent, z.object(shape));

export const applicationSchema = wireObject({
  id: z.string(),
  customer_id: z.string().optional(),
  name: z.string(),
  answer_url: z.string().optional(),
  webhook_url: z.string().optional(),
  created_at: z.string().optional(),
  /** Shown once, in the answer to the create call. */
  api_key: z.string().optional(),
});
export type Application = z.infer<typeof applicationSchema>;

export const didSchema = wireObject({
  id: z.string(),
  customer_id: z.string().optional(),
  application_id: z.string().optional(),
  number_e164: z.string(),
  /** The carrier, e.g. `didww`. */
  provider: z.string().optional(),
  status: z.string().optional(),
  /** `webhook` (also where it is absent) or `reject`; a string, because a third mode must not make a number unreadable. */
  route_mode: z.string().default("webhook"),
  created_at: z.string().optional(),
  updated_at: z.string().optional(),
});
export type Did = z.infer<typeof didSchema>;

/** `count` is not needed to read a list, so its absence is no error. An absent `next_cursor` ends the pages, an empty page does not. */
const page = <Item extends z.ZodType>(item: Item) =>
  wireObject({ data: z.array(item), count: z.number().optional(), next_cursor: z.string().optional() });

export const applicationListSchema = page(applicationSchema);

/** An object of a list that is not as documented, with what can be told of it. */
export interface Unreadable {
  id?: string | undefined;
  unreadable: string;
}

/** The applications, each by itself, so that one that cannot be read hides no other. */
export const eachApplicationSchema = page(
  z.unknown().transform((value): Application | Unreadable => {
    const { data, error } = applicationSchema.safeParse(value);
    if (data) return data;
    const why = `the API does not show it as documented: ${z.prettifyError(error).replace(/\s*\n\s*/g, "; ")}`;
    return { id: z.object({ id: z.string() }).safeParse(value).data?.id, unreadable: why };
  }),
);
export const didListSchema = page(didSchema);

export const errorEnvelopeSchema = z.object({
  error: z.object({ code: z.string().optional(), message: z.string().optional() }),
});

/** What `POST /v1/applications` takes. `PATCH` takes any of it; `null` clears a URL. */
export interface ApplicationFields {
  name: string;
  answer_url?: string | null;
  webhook_url?: string | null;
  webhook_secret?: string | null;
}

/** What `PATCH /v1/dids/:id` takes: absolute values, so that repeating it changes nothing. */
export interface RouteChange {
  application_id: string | null;
  route_mode: "webhook" | "reject";
}
