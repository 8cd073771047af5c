import { parseVoiceFile } from "../../infra/voice-file.ts";
import type { VoiceFile } from "../../infra/voice-schema.ts";
import type { Flow } from "../../src/call-flow/flow.ts";
import { flowsFor } from "../../src/flows/index.ts";
import { makeReview, type ReviewInput } from "../../src/review/make-review.ts";
import type { StackReading } from "../../src/review/reading.ts";
import type { Review } from "../../src/review/review.ts";
import type { Version } from "../../src/review/sources/read-version.ts";

/** Monday morning. */
export const now = new Date("2027-02-01T08:00:00Z");

/** What differs from an ordinary stack. */
export interface Declared {
  /** The lines of `applications` and of `routes`, or the parsed file. */
  voice?: string | VoiceFile;
  flows?: Record<string, Flow>;
  account?: Partial<StackReading["account"]>;
  capabilities?: string;
  configuration?: StackReading["configuration"];
}

/** The stack `test` with the project's own flows, and numbers that are answered. */
export function reading(declared: Declared = {}, stack = "test"): StackReading {
  const { voice = ordinary, account, capabilities = "managed", configuration = {} } = declared;
  const flows = declared.flows ?? flowsFor(stack);
  return {
    stack,
    voice: typeof voice === "string" ? parsed(voice, Object.keys(flows)) : voice,
    flows,
    account: { local: false, production: false, baseUrl: "https://api.minivoice.eu", ...account },
    capabilities,
    configuration,
  };
}

export const ordinary = `applications:
  support: { name: Support IVR (test), flow: receptionist }
  sales: { name: Sales menu (test), flow: salesMenu }
routes:
  "+15551240001": support
  "+15551240002": sales
  "+15551240003": support
  "+15551240009": reject
`;

/** The stack `local` as it is deployed in the recorded state, with some lines of its voice file instead of others. */
export const local = (...edits: [from: string, to: string][]): StackReading =>
  reading({ voice: replaced(deployedHere, edits), account: { local: true } }, "local");

const deployedHere = `applications:
  support: { name: Support IVR (local), flow: receptionist }
  sales: { name: Sales menu (local), flow: salesMenu }
  reminders: { name: Appointment reminders (local), flow: appointmentReminder }
routes:
  "+15551230001": support
  "+15551230002": sales
  "+15551230003": reminders
  "+15551230009": reject
`;

/** The ordinary voice file with some lines instead of others. */
export const edited = (...edits: [from: string, to: string][]): string => replaced(ordinary, edits);

const replaced = (file: string, edits: [from: string, to: string][]): string =>
  edits.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`the voice file has no ${from}`);
    return text.replace(from, () => to);
  }, file);

function parsed(text: string, flows: string[]): VoiceFile {
  const { voice, problems } = parseVoiceFile(text, { file: "stacks/Voice.test.yaml", flows });
  if (!voice) throw new Error(problems.map(({ message }) => message).join("\n"));
  return voice;
}

/** A version in which nothing but the reviewed stack is there, unless told otherwise. */
export const version = (stack: StackReading | undefined, rest: Partial<Version> = {}): Version => ({
  ...(stack && { reading: stack }),
  others: [],
  ...rest,
});

/** Reviews a change between two versions, at a fixed time and between fixed commits. */
export function reviewed(
  base: Version | StackReading,
  head: Version | StackReading,
  rest: Partial<ReviewInput> = {},
): Review {
  const asVersion = (side: Version | StackReading): Version => ("others" in side ? side : version(side));
  return makeReview({
    stack: "test",
    now,
    base: {
      commit: "b5a0c1d2e3f405162738495a6b7c8d9e0f1a2b3c",
      time: "2027-01-29T16:20:00.000Z",
      reason: "merge base with origin/main",
      version: asVersion(base),
    },
    head: { commit: "4ead1d2e3f405162738495a6b7c8d9e0f1a2b3c4", uncommittedEdits: false, version: asVersion(head) },
    ...rest,
  });
}
