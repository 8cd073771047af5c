import { recordedIn } from "../drift/recorded.ts";
import type { DeployedApplication, DeployedStack } from "../review/sources/engine-preview.ts";
import { exportedState, fieldsOf, textOf } from "../stack-state/exported-state.ts";

/**
 * Reads what of a stack was deployed last, from `pulumi stack export`: what the voice file declares, and apart from that
 * what other code of the program made.
 *
 * @throws StateUnreadable when this is no exported state.
 */
export function deployedIn(exported: unknown): DeployedStack {
  const { applications, routes, revision } = recordedIn(exported);
  const stack = exportedState(exported).resources.find(({ type }) => type === "pulumi:pulumi:Stack");
  const picture = fieldsOf(stack?.outputs.environment);
  const pictures = fieldsOf(picture.applications);
  const made = (byVoiceFile: boolean): Pick<DeployedStack, "applications" | "routes"> => ({
    applications: new Map(
      // The state has them in the order in which the deployment happened to make them.
      [...applications].sort(byKey).flatMap(([key, { id, name, answerUrl, webhookUrl, hidden, fromVoiceFile }]) => {
        const flow = textOf(fieldsOf(pictures[key]).flow);
        const endpoints = {
          ...(answerUrl && { answerUrl }),
          ...(webhookUrl && { webhookUrl }),
          ...(hidden && { hidden }),
        };
        const unfinished = byVoiceFile && !Object.hasOwn(pictures, key) && { unfinished: true as const };
        const application: DeployedApplication = { id, name, ...(flow && { flow }), ...unfinished, ...endpoints };
        return fromVoiceFile === byVoiceFile ? [[key, application] as const] : [];
      }),
    ),
    routes: new Map(
      [...routes].flatMap(([number, { entry, fromVoiceFile }]) =>
        fromVoiceFile === byVoiceFile ? [[number, entry]] : [],
      ),
    ),
  });
  return {
    ...made(true),
    otherCode: made(false),
    ...(revision !== undefined && { revision }),
    flows: Object.fromEntries(
      Object.entries(fieldsOf(picture.flows)).flatMap(([flow, digest]) => {
        const known = textOf(digest);
        return known === undefined ? [] : [[flow, known]];
      }),
    ),
  };
}

const byKey = ([one]: [string, unknown], [other]: [string, unknown]): number => (one < other ? -1 : 1);
