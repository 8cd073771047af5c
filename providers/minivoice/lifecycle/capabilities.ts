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

export const isCapabilitySet = (name: string): name is CapabilitySet => Object.hasOwn(capabilitySets, name);
