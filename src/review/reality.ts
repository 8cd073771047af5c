/** What the account says, held against what was deployed: for a review with `--live`. */
export interface Reality {
  /** Numbers and applications that are not as they were deployed. */
  differences: LiveDifference[];
  /** Of what could not be read, why. */
  unread: string[];
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
