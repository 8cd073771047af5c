/**
 * Pulumi resources for MiniVoice applications and phone number (DID) routes.
 *
 * @module resources
 */
export type { Duration } from "./api/duration.ts";
export {
  type GetApplicationArgs,
  type GetApplicationOutputArgs,
  type GetApplicationResult,
  getApplication,
  getApplicationOutput,
} from "./data-sources/get-application.ts";
export {
  type GetDidArgs,
  type GetDidOutputArgs,
  type GetDidResult,
  getDid,
  getDidOutput,
} from "./data-sources/get-did.ts";
export { type GetDidsResult, getDids, getDidsOutput } from "./data-sources/get-dids.ts";
export type { OnDelete } from "./lifecycle/route.ts";
export { Application, type ApplicationArgs } from "./resources/application.ts";
export { DidRoute, type DidRouteArgs, type RouteOptionArgs } from "./resources/did-route.ts";
export { DidRouteTable, type DidRouteTableArgs } from "./resources/did-route-table.ts";
export { WebhookSecret, type WebhookSecretArgs } from "./resources/webhook-secret.ts";
