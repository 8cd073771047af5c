import { ConfigurationError } from "../api/errors.ts";

/** What an account's API can do beyond creating and listing applications and reading numbers. */
export interface Capabilities {
  editApplication: boolean;
  deleteApplication: boolean;
  assignDid: boolean;
  listDids: boolean;
}

/**
 * `documented` is what the vendor documents. `managed` assumes more: PATCH and DELETE of applications, PATCH and list of
 * numbers. It is an assumption, for accounts whose API does that.
 */
export const capabilitySets = {
  documented: { editApplication: false, deleteApplication: false, assignDid: false, listDids: false },
  managed: { editApplication: true, deleteApplication: true, assignDid: true, listDids: true },
} as const satisfies Record<string, Capabilities>;

export type CapabilitySet = keyof typeof capabilitySets;

/**
 * The set that the setting `minivoice:capabilities` names.
 *
 * @throws ConfigurationError for a name that there is not.
 * @example capabilitySetOf(undefined); // "documented"
 */
export function capabilitySetOf(name = "documented"): CapabilitySet {
  if (isCapabilitySet(name)) return name;
  throw new ConfigurationError(
    `minivoice:capabilities is "${name}": expected "documented", or "managed" for an account whose API also edits and deletes`,
  );
}

const isCapabilitySet = (name: string): name is CapabilitySet => Object.hasOwn(capabilitySets, name);
