import { REJECT, type VoiceApplication } from "../../infra/voice-schema.ts";
import { flowDigest } from "../call-flow/digest.ts";
import type { Flow } from "../call-flow/flow.ts";
import type { StackReading } from "./reading.ts";
import type { DeployedApplication, DeployedStack } from "./sources/engine-preview.ts";

/** The versions of the code that are at hand, to find in them what was deployed. */
export interface KnownVersions {
  /** The commit that was deployed, where the repository has it. */
  revision: StackReading | undefined;
  base: StackReading | undefined;
  head: StackReading;
}

/**
 * Reads what is deployed as if it were a version of the code: routes and applications as the state has them, each flow from
 * the version whose text has the digest that was deployed. A flow that no version has is not known, and said to be.
 *
 * @returns `undefined` where nothing is deployed.
 */
export function deployedReading(
  { applications, routes, flows: digests }: DeployedStack,
  versions: KnownVersions,
): StackReading | undefined {
  if (applications.size + routes.size === 0) return undefined;
  const like = versions.revision ?? versions.base ?? versions.head;
  const keys = new Map([...applications].map(([key, { id }]) => [id, key]));
  const declared = [...applications].map(([key, application]): [string, VoiceApplication] => {
    const usual = application.unfinished && like.voice.applications[key]?.flow;
    // Whether it was adopted once is of no interest any more.
    const adopt = versions.base?.voice.applications[key]?.adopt;
    return [key, { ...declaredAs(application, application.flow ?? usual), ...(adopt && { adopt }) }];
  });
  const used = new Set(declared.flatMap(([, { flow }]) => flow ?? []));
  const found = new Map([...used].map((flow) => [flow, flowOf(flow, digests[flow], versions)]));
  const known = [...found].flatMap(([flow, text]) => (text ? [[flow, text] as const] : []));
  return {
    ...like,
    voice: {
      applications: Object.fromEntries(declared),
      routes: Object.fromEntries(
        [...routes].map(([number, entry]) => [number, entry === REJECT ? REJECT : (keys.get(entry) ?? entry)]),
      ),
    },
    flows: Object.fromEntries(known),
    unknownFlows: new Set([...found].flatMap(([flow, text]) => (text ? [] : [flow]))),
  };
}

/** An application of the state in the words of a voice file: where a flow answers, its addresses are not told there. */
export const declaredAs = (
  { name, answerUrl, webhookUrl }: DeployedApplication,
  flow: string | undefined,
): VoiceApplication => ({
  name,
  ...(flow ? { flow } : { ...(answerUrl && { answerUrl }), ...(webhookUrl && { webhookUrl }) }),
});

function flowOf(name: string, digest: string | undefined, { revision, base, head }: KnownVersions): Flow | undefined {
  const candidates = [revision, base, head].flatMap((version) =>
    version && Object.hasOwn(version.flows, name) ? [version.flows[name] as Flow] : [],
  );
  // An up that did not succeed leaves no digest: then the likeliest version counts.
  if (digest === undefined) return candidates[0];
  return candidates.find((flow) => flowDigest(flow) === digest);
}
