import type { StackReading } from "../reading.ts";

/**
 * What the deployment does with a number that is no longer in the voice file: it takes it out of service. In production, and
 * where the account's API cannot assign, the number stays as it is, and nobody watches it any longer.
 */
export const leavingNumbers = ({
  capabilities,
  account,
}: Pick<StackReading, "capabilities" | "account">): "rejected" | "kept" =>
  capabilities === "managed" && !account.production ? "rejected" : "kept";
