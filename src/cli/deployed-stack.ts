import { recordedIn } from "../drift/recorded.ts";
import type { DeployedApplication, DeployedStack } from "../review/sources/engine-preview.ts";
import { exportedState, fieldsOf, textOf } from "../stack-state/exported-state.ts";

/**
 * Reads what of a stack was deployed last, from `pulumi stack export`: what the voice file declares, and not what other code
 * of the program does.
 *
 * @throws StateUnreadable when this is no exported state.
 */
export function deployedIn(exported: unknown): DeployedStack {
  const { applications, routes, revision } = recordedIn(exported);
  const stack = exportedState(exported).resources.find(({ type }) => type === "pulumi:pulumi:Stack");
  const picture = fieldsOf(stack?.outputs.environment);
  const pictures = fieldsOf(picture.applications);
  return {
    applications: new Map(
      [...applications].flatMap(([key, { id, name, answerUrl, webhookUrl, fromVoiceFile }]) => {
        const flow = textOf(fieldsOf(pictures[key]).flow);
        const endpoints = { ...(answerUrl && { answerUrl }), ...(webhookUrl && { webhookUrl }) };
        const unfinished = !Object.hasOwn(pictures, key) && { unfinished: true as const };
        const application: DeployedApplication = { id, name, ...(flow && { flow }), ...unfinished, ...endpoints };
        return fromVoiceFile ? [[key, application] as const] : [];
      }),
    ),
    routes: new Map(
      [...routes].flatMap(([number, { entry, fromVoiceFile }]) => (fromVoiceFile ? [[number, entry]] : [])),
    ),
    ...(revision !== undefined && { revision }),
    flows: Object.fromEntries(
      Object.entries(fieldsOf(picture.flows)).flatMap(([flow, digest]) => {
        const known = textOf(digest);
        return known === undefined ? [] : [[flow, known]];
      }),
    ),
  };
}
