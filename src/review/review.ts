import type { ApplicationChange } from "./changes/application-changes.ts";
import type { ConfigurationChange } from "./changes/configuration-changes.ts";
import type { FlowChange } from "./changes/flow-changes.ts";
import type { NumberGroup } from "./changes/number-changes.ts";
import type { PlannedChanges } from "./changes/planned-changes.ts";
import type { Phrase } from "./report/phrase.ts";
import type { BaseCommit } from "./sources/base-commit.ts";

/**
 * What a routing change means, as plain data: the reports in every format are made from it, and it is the report in JSON.
 *
 * @example { stack: "production", outcome: "a rule broken", exitCode: 3, blocks: [{ title: "This change", numbers: [ … ] }], … }
 */
export interface Review {
  /** Counts up when a field changes its meaning. */
  format: 1;
  stack: string;
  /**
   * `offline`: from the two versions of the code alone, without engine, state and account. `full`: with the engine's own
   * preview and the state; `live`: with the account as well.
   */
  level: "offline" | "full" | "live";
  /** When the review was made, RFC 3339. */
  time: string;
  base: BaseCommit;
  head: { commit: string; uncommittedEdits: boolean };
  /** What the state says; absent offline. */
  deployed?: {
    /** `copy`: what is here is a copy for previews, so what is deployed is not known. */
    standing: "deployed" | "unborn" | "copy";
    /** The commit, `-dirty` at its end where the working tree differed; absent where it is not known. */
    revision?: string;
    /** 64 hexadecimal digits: of the same state the same on every machine. */
    stateDigest: string;
  };
  /** What the engine would do beyond what the code tells; absent where that cannot be told. */
  planned?: PlannedChanges;
  /** The deployed applications with their ids, where they were asked for. */
  ids?: { key: string; name: string; id: string }[];
  outcome: "nothing to say" | "changes within the rules" | "a rule broken";
  /** 0, 2 or 3, as the outcome says; 1 is a review that could not be made. */
  exitCode: 0 | 2 | 3;
  /** Whether call records were read, or given, so that calls stand beside numbers. */
  callsKnown: boolean;
  /** This change, and what was merged before it and is not deployed, if that is something. */
  blocks: ChangeBlock[];
  /** What is worth knowing beside the changes: exemptions, thresholds. */
  notes: Phrase[];
}

/**
 * The second is what others merged and nobody deployed; the third what was deployed from elsewhere, such as from uncommitted
 * edits, and would be taken back.
 */
export const blockTitles = [
  "This change",
  "Already merged, not yet deployed",
  "Deployed otherwise than the base says",
] as const;

/** Everything that changes between two versions of a stack, worst first. */
export interface ChangeBlock {
  title: (typeof blockTitles)[number];
  /** How many of everything are as before. */
  unchanged: { numbers: number; applications: number; flows: number };
  rules: RuleResult[];
  numbers: NumberGroup[];
  flows: FlowChange[];
  applications: ApplicationChange[];
  configuration: ConfigurationChange[];
}

/** How a change stands to one rule. */
export interface RuleResult {
  number: string;
  name: string;
  /** What the rule refuses, threshold included. */
  refuses: string;
  /** How to go on where it is meant. */
  override: string;
  /** `exempt`: it would be broken, but for exemptions. */
  status: "kept" | "broken" | "exempt";
  findings: RuleFinding[];
}

/** One way in which a change breaks a rule, or would. */
export interface RuleFinding {
  message: Phrase;
  /** What it is about: numbers, application keys, destinations. */
  subjects: string[];
  exemption?: { name: string; reason: string; expires: string };
}
