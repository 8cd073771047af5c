/** What the account says, held against what was deployed: for a review with `--live`. */
export interface Reality {
  /** Numbers and applications that are not as they were deployed. */
  differences: LiveDifference[];
  /** Numbers that the deployment would route for the first time. */
  newNumbers: NewNumber[];
  /** Of what could not be read, why. */
  unread: string[];
}

/** A number that is new in the code, as the account has it. */
export interface NewNumber {
  number: string;
  /** Where it goes now, as reports show it: an application's name, `reject`, `unassigned`; absent where that is not ours to see. */
  live?: string;
  /** What the deployment would refuse it for. */
  refused?: "held by another application" | "another customer's" | "not in the account";
}

/** A number or an application that somebody has changed since the deployment. */
export interface LiveDifference {
  kind: "number" | "application";
  /** The number, or the key of the application. */
  subject: string;
  /** The number, or the application's name. */
  name: string;
  /** Each field that differs, as reports show it; none where it was deleted. */
  fields: { field: string; deployed?: string; live?: string }[];
}
