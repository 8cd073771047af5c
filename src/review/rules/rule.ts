import type { ApplicationChanges } from "../changes/application-changes.ts";
import type { CallCounts, NumberChanges } from "../changes/number-changes.ts";
import type { OtherStack, StackReading } from "../reading.ts";
import type { Reality } from "../reality.ts";
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
  /** @returns `undefined` where what it needs to know is not known: then it is not among the rules of the review. */
  judge(change: JudgedChange): Violation[] | undefined;
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
  /** What the account says, where it was asked. */
  reality?: Reality | undefined;
  /** What was merged before this change and is not deployed yet. */
  before?: { numbers: NumberChanges; applications: ApplicationChanges } | undefined;
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
