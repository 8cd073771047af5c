import "./plain-stack-traces.ts";
import { keptPicture } from "./kept-picture.ts";
import { revisionOf } from "./revision.ts";
import { enforceSafeguards, watchResources } from "./safeguards.ts";
import { readSettings } from "./settings.ts";
import { VoiceEnvironment } from "./voice-environment.ts";

const settings = readSettings();
enforceSafeguards(settings);
watchResources(settings);

const voice = new VoiceEnvironment("voice", {
  ...settings,
  revision: revisionOf(import.meta.dirname),
  kept: keptPicture(),
});

/** A picture for people; commands read applications and routes from the state instead. */
export const environment = voice.picture;
export const answerUrl = voice.answerUrl;
export const webhookUrl = voice.webhookUrl;
/** Where a domain in front of the functions forwards to; without one, the same as above. */
export const functionUrls = voice.functionUrls;
