import { z } from "zod";

/** The file that `review --save` writes says by this what it is; a report that `--out` writes has no such field. */
export const KIND = "minivoice pinned review";

/** Counts up when a field changes its meaning. */
export const FORMAT = 1;

const digest = z.string().regex(/^[0-9a-f]{32,64}$/, "is no digest");
const digests = z.record(z.string(), digest);

/** One end of a number's way: in the words of the voice file, and of the account. */
const endSchema = z.strictObject({
  /** The application's key, or `reject`; absent where the code does not have the number. */
  target: z.string().min(1).optional(),
  /** The application's id, `reject`, or what else the account shows; absent where only the deployment will tell. */
  route: z.string().min(1).optional(),
});

const moveSchema = z.strictObject({
  from: endSchema.required({ route: true }),
  to: endSchema,
});

const stepSchema = z.strictObject({
  urn: z.string(),
  op: z.enum(["create", "update", "replace", "delete"]),
  /** The fields that differ; the numbers of a table as one. */
  changed: z.array(z.string()),
  /** Of what the program declares for it. */
  declared: digest.optional(),
});

const partsSchema = z.strictObject({
  /** `package-lock.json`. */
  lockFile: digest,
  /** The sources of the provider, which decides how a number is written. */
  provider: digest,
  /** What each function runs, by the name of its resource. */
  bundles: digests,
  /** Of the voice file. */
  applications: digest,
  routes: digest,
  /** What callers meet in each flow that an application has. */
  flows: digests,
  /** Each value of the stack's configuration, as a keyed hash. */
  configuration: digests,
  /** What is deployed. */
  state: digest,
  /** What the engine would do. */
  steps: z.array(stepSchema),
});

const commit = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/, "is no commit");

export const contentSchema = z.strictObject({
  kind: z.literal(KIND),
  format: z.literal(FORMAT),
  /** Of this file alone: a seal of one file fits no other. */
  id: z.uuid(),
  stack: z.string().min(1),
  time: z.iso.datetime(),
  /** The version of this package that saved it. */
  tool: z.string(),
  base: commit,
  head: z.strictObject({ commit, uncommittedEdits: z.boolean() }),
  outcome: z.enum(["nothing to say", "changes within the rules", "a rule broken"]),
  exitCode: z.literal([0, 2, 3]),
  /** Such as `R2`. */
  brokenRules: z.array(z.string()),
  counts: z.strictObject({
    numbers: z.int(),
    flows: z.int(),
    applications: z.int(),
    settings: z.int(),
    steps: z.int(),
  }),
  /** Of all parts and numbers: the same tree and state give the same one anywhere. */
  digest,
  parts: partsSchema,
  numbers: z.record(z.string().regex(/^\+[1-9]\d{6,14}$/, "is no number"), moveSchema),
});

const pinnedSchema = contentSchema.extend({ seals: digests });

/** Where a number goes, as it was reviewed. */
export type NumberEnd = z.output<typeof endSchema>;
/** A number that changes: from where, as it was live at the review, and to where. */
export type NumberMove = z.output<typeof moveSchema>;
/** One step of the engine. */
export type PinnedStep = z.output<typeof stepSchema>;
/** The meaning of what was reviewed, one digest for each part. */
export type Parts = z.output<typeof partsSchema>;
/** All that a saved review says. */
export type PinnedContent = z.output<typeof contentSchema>;
/** The same, closed against edits by hand. */
export type PinnedReview = z.output<typeof pinnedSchema>;

/** Why a file cannot be applied or undone, with the way out. */
export class NotPinned extends Error {
  override readonly name = "NotPinned";
}

/**
 * Reads what `review --save` has written. Whether it was edited since is for {@link brokenSeals} to tell.
 *
 * @param file - its name, for messages.
 * @throws NotPinned that names the field.
 */
export function readPinnedReview(text: string, file: string): PinnedReview {
  const value = parsed(text, file);
  const { kind, format, tool, blocks } = value as Record<string, unknown>;
  if (kind !== KIND && blocks !== undefined)
    throw new NotPinned(`${file} is a report (review --out): save what is to be applied with review --save`);
  if (kind !== KIND)
    throw new NotPinned(`${file} was not written by minivoice review --save (field kind): name the file that was`);
  if (typeof format === "number" && format !== FORMAT) {
    const [age, wayOut] =
      format > FORMAT
        ? ["a newer version", `update this one, or apply it with version ${String(tool)}`]
        : ["an older version", "review it again, and save it"];
    throw new NotPinned(
      `${file} was saved by ${age} (field format: ${format}, and this one reads ${FORMAT}): ${wayOut}`,
    );
  }
  const result = pinnedSchema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const field = issue?.path.map(String).join(".") || "the file";
  const unknown =
    issue?.code === "unrecognized_keys" ? ` has an unknown field ${issue.keys[0]}` : `: ${issue?.message}`;
  throw new NotPinned(`${file} is not as it was saved (${field}${unknown}): review it again, and save it`);
}

function parsed(text: string, file: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // Said below.
  }
  throw new NotPinned(`${file} is no JSON, or cut off: save it anew with minivoice review -s <stack> --save ${file}`);
}
