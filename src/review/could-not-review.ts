/** Why there is no review. It is never mistaken for "nothing to say": the exit code is 1, and a report says it, too. */
export class CouldNotReview extends Error {
  override readonly name = "CouldNotReview";
  /** One sentence each: what is wrong, and the way out. */
  readonly reasons: readonly string[];

  constructor(...reasons: string[]) {
    super(reasons.join("\n"));
    this.reasons = reasons;
  }
}
