import { createHash } from "node:crypto";
import type { VoiceFile } from "../../../infra/voice-schema.ts";
import { canonicalJson, flowDigest } from "../../call-flow/digest.ts";
import type { Flow } from "../../call-flow/flow.ts";
import type { PinKey } from "./pin-key.ts";
import type { NumberMove, Parts, PinnedStep } from "./pinned-review.ts";

/** Everything that decides what a deployment means. */
export interface Meaning {
  /** The text of `package-lock.json`. */
  lockFile: string;
  /** The provider's sources by their paths in it. */
  provider: Readonly<Record<string, string>>;
  /** Digest of what each function runs, by the name of its resource. */
  bundles: Readonly<Record<string, string>>;
  voice: VoiceFile;
  flows: Readonly<Record<string, Flow>>;
  /** The stack's values in plain text, secrets included. */
  configuration: Readonly<Record<string, string>>;
  /** Digest of what is deployed. */
  state: string;
  steps: readonly PinnedStep[];
}

/**
 * One digest for each part of it. What changes no meaning changes none: comments and order in the voice file, names of steps
 * in a flow, the folder and the machine.
 */
export function partsOf(meaning: Meaning, key: PinKey): Parts {
  const { lockFile, provider, bundles, voice, flows, configuration, state, steps } = meaning;
  const used = [...new Set(Object.values(voice.applications).flatMap(({ flow }) => flow ?? []))];
  return {
    lockFile: digestOf(lockFile),
    provider: digestOf(canonicalJson(provider)),
    bundles: sorted(bundles),
    applications: digestOf(canonicalJson(voice.applications)),
    routes: digestOf(canonicalJson(voice.routes)),
    flows: sorted(
      Object.fromEntries(used.flatMap((name) => (flows[name] ? [[name, digestOf(flowDigest(flows[name]))]] : []))),
    ),
    configuration: sorted(
      Object.fromEntries(
        Object.entries(configuration).map(([name, value]) => [name, key.hash(`configuration ${name}`, value)]),
      ),
    ),
    state,
    steps: steps.map(pinnedStep),
  };
}

/** Each number of a table is pinned by itself, with where it goes: here the field as a whole is enough. */
function pinnedStep({ urn, op, changed, declared }: PinnedStep): PinnedStep {
  const fields = [...new Set(changed.map((path) => path.replace(/^routes\[.*$/s, "routes")))].sort();
  return { urn, op, changed: fields, ...(declared !== undefined && { declared }) };
}

/** The digest of the meaning: of all parts, and of each number's way. */
export const digestOfAll = (parts: Parts, numbers: Readonly<Record<string, NumberMove>>): string =>
  digestOf(canonicalJson({ parts, numbers }));

export const digestOf = (text: string): string => createHash("sha256").update(text).digest("hex");

const sorted = <Value>(record: Readonly<Record<string, Value>>): Record<string, Value> =>
  Object.fromEntries(Object.entries(record).sort(([one], [other]) => (one < other ? -1 : 1)));
