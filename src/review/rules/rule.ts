import type { ApplicationChanges } from "../changes/application-changes.ts";
import type { CallCounts, NumberChanges } from "../changes/number-changes.ts";
import type { OtherStack, StackReading } from "../reading.ts";
import type { Phrase } from "../report/phrase.ts";
import type { Thresholds } from "./rule-file-schema.ts";

/** One thing that a reviewed change must not do unless somebody says why. */
export interface Rule {
  /** By which exemptions name it. */
  number: `R${number}`;
  name: string;
  /** What it refuses, and from where on. */
  refuses(thresholds: Thresholds): string;
  /** How to go on where it is meant. */
  override: string;
  judge(change: JudgedChange): Violation[];
}

/** What a rule looks at. */
export interface JudgedChange {
  from: StackReading | undefined;
  to: StackReading;
  others: readonly OtherStack[];
  numbers: NumberChanges;
  applications: ApplicationChanges;
  calls: CallCounts | undefined;
  thresholds: Thresholds;
}

/** One way in which a change breaks a rule. */
export interface Violation {
  /** What it is about, as an exemption names it: numbers, application keys, destinations. */
  subjects: string[];
  /** How much, for a rule about an amount: an exemption names the most that was approved. */
  amount?: number;
  /** The sentence for some of the subjects, since others may be exempt. */
  describe(subjects: readonly string[]): Phrase;
}
