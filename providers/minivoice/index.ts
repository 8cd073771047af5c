/** Pulumi resources for MiniVoice applications and phone number (DID) routes. */
export { Application, type ApplicationArgs } from "./resources/application.ts";
export { DidRoute, type DidRouteArgs, type RouteOptionArgs } from "./resources/did-route.ts";
export { DidRouteTable, type DidRouteTableArgs } from "./resources/did-route-table.ts";
export { WebhookSecret, type WebhookSecretArgs } from "./resources/webhook-secret.ts";
