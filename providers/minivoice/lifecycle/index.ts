/**
 * The life cycle of each resource, without Pulumi: for tools that compare an account with what was declared.
 *
 * @module lifecycle
 */

export { type Configuration, configurationOf } from "../configuration.ts";
export { application } from "./application.ts";
export type { ApplicationInputs, ApplicationOutputs } from "./application-state.ts";
export type { IsUnknown, Unchecked } from "./arguments.ts";
export { e164Pattern, isE164, publicUrl } from "./arguments.ts";
export { type Capabilities, type CapabilitySet, capabilitySetOf, capabilitySets } from "./capabilities.ts";
export { type Claim, Claims } from "./claims.ts";
export { type Context, createContext } from "./context.ts";
export { type DidRouteInputs, type DidRouteOutputs, didRoute } from "./did-route.ts";
export { didRouteTable } from "./did-route-table.ts";
export type { DidRouteTableInputs, DidRouteTableOutputs, Routes } from "./did-route-table-state.ts";
export * from "./errors.ts";
export { Expectation } from "./expectation.ts";
export type { Inventory } from "./inventory.ts";
export type { Checked, Lifecycle, Named } from "./lifecycle.ts";
export {
  type ApplicationFound,
  ApplicationNotFound,
  type ApplicationQuery,
  type DidFound,
  type DidQuery,
  findApplication,
  findDid,
  findDids,
} from "./lookup.ts";
export { guarded } from "./ownership.ts";
export { inParallel } from "./parallel.ts";
export {
  type DeclaredApplication,
  type DeclaredRoute,
  type DroppedRoute,
  type ManualStep,
  type PendingWork,
  pendingWork,
} from "./pending-work.ts";
export { applicationIn, describeLive, routesTo, type Target, targetOf } from "./target.ts";
export { type WebhookSecretInputs, type WebhookSecretOutputs, webhookSecret } from "./webhook-secret.ts";
