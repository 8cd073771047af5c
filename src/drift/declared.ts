import { REJECT, type VoiceFile } from "../../infra/voice-schema.ts";
import { asLeft, routeAsLeft } from "./as-left.ts";
import type { ApplicationFields, Declared } from "./pictures.ts";
import type { RecordedStack } from "./recorded.ts";

/**
 * What the code declares: the voice file, with the ids of the applications and the addresses of this stack's functions from
 * the state. What other code of the program declares counts as it was deployed. The program is not run, so it need not
 * build, and nothing but the state and the API key is needed.
 */
export function declaredBy(voice: VoiceFile, recorded: RecordedStack): Declared {
  const applications = new Map<string, ApplicationFields>();
  const routes = new Map<string, string>();
  for (const [key, application] of recorded.applications)
    if (!application.fromVoiceFile) applications.set(key, asLeft(application));
  for (const [number, route] of recorded.routes) if (!route.fromVoiceFile) routes.set(number, routeAsLeft(route));

  for (const [key, { name, flow, answerUrl, webhookUrl }] of Object.entries(voice.applications))
    applications.set(key, { name, ...(flow ? endpointsOf(key, recorded) : { answerUrl, webhookUrl }) });
  for (const [number, target] of Object.entries(voice.routes))
    routes.set(number, target === REJECT ? REJECT : (recorded.applications.get(target)?.id ?? unborn(target)));
  return { applications, routes };
}

/** Where an application that this stack answers is to be asked. */
function endpointsOf(key: string, { endpoints, applications }: RecordedStack): Omit<ApplicationFields, "name"> {
  if (endpoints) return { answerUrl: `${endpoints.answerUrl}answer/${key}`, webhookUrl: endpoints.webhookUrl };
  // Nobody knows what the first `up` that succeeds will make of them.
  const { answerUrl, webhookUrl } = applications.get(key) ?? {};
  return { answerUrl, webhookUrl };
}

/** Stands in a route for an application that has no id yet: no id holds a space. */
const unborn = (key: string): string => `${key} (not created yet)`;
