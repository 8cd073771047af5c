/** What other projects use of this one, as `voice-environments/voice-environment`. */
export { defineFlow } from "../src/call-flow/define-flow.ts";
export type { Flow } from "../src/call-flow/flow.ts";
export { type AlarmName, VoiceAlarms, type VoiceAlarmsArgs } from "./alarms.ts";
export type { BundleSource } from "./bundle.ts";
export type { DriftAlarmName } from "./drift-alarms.ts";
export { DriftWatch, type DriftWatchArgs, type DriftWatchTransforms, type WatchedAccount } from "./drift-watch.ts";
export { watchResources } from "./safeguards.ts";
export type { Transform } from "./transform.ts";
export {
  type ApplicationPicture,
  type Picture,
  VoiceEnvironment,
  type VoiceEnvironmentArgs,
  type VoiceEnvironmentTransforms,
} from "./voice-environment.ts";
export {
  type FunctionSize,
  type FunctionTransforms,
  type FunctionUrlArgs,
  VoiceFunction,
  type VoiceFunctionArgs,
} from "./voice-function.ts";
export type { VoiceApplication, VoiceFile } from "./voice-schema.ts";
export {
  WebhookPipeline,
  type WebhookPipelineArgs,
  type WebhookPipelineTransforms,
  type WorkerSize,
} from "./webhook-pipeline.ts";
