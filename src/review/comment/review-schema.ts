import { z } from "zod";
import { numberChangeKinds } from "../changes/number-changes.ts";
import { plannedKinds } from "../changes/planned-changes.ts";
import type { Failure } from "../render/index.ts";
import { blockTitles, type Review } from "../review.ts";

/**
 * The JSON report as it may come from anybody: whoever can change what runs on a pull request can write it. Only its shape is
 * believed, so that it can be rendered; a renderer takes every text in it for foreign.
 */

const text = z.string().max(100_000);
const count = z.int().min(0);
const digest = z.string().regex(/^[0-9a-f]{64}$/);
const list = <Item extends z.ZodType>(item: Item) => z.array(item).max(100_000);

const phrase = z.object({ text, values: list(z.tuple([count, count])) }).refine(({ text: words, values }) => {
  const ends = values.flat();
  return ends.every((end, index) => end >= (ends[index - 1] ?? 0) && end <= words.length);
});
const phrases = list(phrase);

const target = z.union([z.literal("reject"), z.object({ key: text, name: text, flow: text.optional() })]);

const numbers = z.object({
  kind: z.enum(numberChangeKinds),
  from: target.optional(),
  to: target.optional(),
  leaving: z.enum(["rejected", "kept"]).optional(),
  byHand: z.literal(true).optional(),
  numbers: list(z.object({ number: text, calls: count.optional() })).min(1),
  ranges: list(z.object({ first: text, last: text, count })),
  calls: count.optional(),
});

/** What a diagram of ours never has: a link, a directive, an action on a click. */
const active = /^\s*(click|links?|acc\w+)\b|%%|:\/\//im;

const flow = z.object({
  from: text.optional(),
  to: text.optional(),
  applications: list(text),
  numbers: count,
  calls: count.optional(),
  differences: list(
    z.object({
      presses: list(text),
      fallback: z.literal(true).optional(),
      differs: list(z.enum(["says", "asks", "ends", "does"])),
      before: phrases.optional(),
      after: phrases.optional(),
      alsoAfter: count,
    }),
  ),
  unknown: z.literal(true).optional(),
  incomplete: z.boolean(),
  destinations: z.object({ gone: list(text), new: list(text) }),
  diagram: text
    .optional()
    .transform((mermaid) => (mermaid !== undefined && active.test(mermaid) ? undefined : mermaid)),
});

const application = z.object({
  kind: z.enum(["removed", "changed", "added"]),
  key: text,
  name: text,
  fields: list(
    z.object({
      field: z.enum(["key", "name", "flow", "answerUrl", "webhookUrl", "adopt"]),
      from: text.optional(),
      to: text.optional(),
      hidden: z.literal(true).optional(),
    }),
  ),
  numbers: z.object({ before: count, after: count }),
  consequences: phrases,
});

const rule = z.object({
  number: text,
  name: text,
  refuses: text,
  override: text,
  status: z.enum(["kept", "broken", "exempt"]),
  findings: list(
    z.object({
      message: phrase,
      subjects: list(text),
      exemption: z.object({ name: text, reason: text, expires: text }).optional(),
    }),
  ),
});

const planned = z.object({
  kind: z.enum(plannedKinds),
  name: text,
  op: z.enum(["create", "update", "replace", "delete"]),
  changes: phrases,
  consequences: phrases,
});

const review = z.object({
  format: z.literal(1),
  stack: text,
  level: z.enum(["offline", "full", "live"]),
  time: text,
  base: z.object({ commit: text, time: text, reason: text }),
  head: z.object({ commit: text, uncommittedEdits: z.boolean() }),
  deployed: z
    .object({ standing: z.enum(["deployed", "unborn", "copy"]), revision: text.optional(), stateDigest: digest })
    .optional(),
  planned: z.object({ changes: list(planned), other: z.object({ create: count, update: count }) }).optional(),
  ids: list(z.object({ key: text, name: text, id: text })).optional(),
  outcome: z.enum(["nothing to say", "changes within the rules", "a rule broken"]),
  exitCode: z.literal([0, 2, 3]),
  callsKnown: z.boolean(),
  blocks: z
    .array(
      z.object({
        title: z.enum(blockTitles),
        unchanged: z.object({ numbers: count, applications: count, flows: count }),
        rules: list(rule),
        numbers: list(numbers),
        flows: list(flow),
        applications: list(application),
        configuration: list(
          z.object({
            key: text,
            from: text.optional(),
            to: text.optional(),
            secret: z.literal(true).optional(),
            consequences: phrases,
          }),
        ),
      }),
    )
    .min(1)
    .max(2),
  notes: phrases,
});

const failure = z.object({
  format: z.literal(1),
  stack: text,
  outcome: z.literal("could not review"),
  exitCode: z.literal(1),
  reasons: list(text),
});

/** @throws ZodError when it is no report */
export const parseReport = (json: unknown): Review | Failure =>
  z.union([review, failure]).parse(json) as unknown as Review | Failure;
