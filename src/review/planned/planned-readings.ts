import type { StackReading } from "../reading.ts";
import type { DeployedApplication, EnginePreview } from "../sources/engine-preview.ts";
import { type Draft, type Drafts, draftOf, type Readings } from "./drafts.ts";
import { madeApplications } from "./made-applications.ts";
import { overlayApplications } from "./overlay-applications.ts";
import { overlayRoutes } from "./overlay-routes.ts";

/** The same as the program makes them, and what of it is otherwise than the voice file of the head says. */
export interface PlannedReadings extends Readings {
  otherwise: { numbers: string[]; applications: string[] };
}

/**
 * The versions of a stack as its program makes them. Its code may make applications and route numbers otherwise than the voice
 * file says, and what callers meet is what the engine would write: that is the head, which is shown and held against the rules.
 *
 * What the program of the base would make, nobody has asked. Where the change edits nothing that it is made with, it makes the
 * same; else it counts as what is deployed, so that all of the difference is looked at as this change. What no application of
 * the head explains, and what only the deployment can tell, stays as declared.
 *
 * @param isSameProgram - whether the change edits neither the program nor its settings.
 */
export function plannedReadings(declared: Readings, preview: EnginePreview, isSameProgram: boolean): PlannedReadings {
  const drafts: Drafts = {
    declared,
    head: draftOf(declared.head),
    base: draftOf(declared.base),
    deployed: draftOf(declared.deployed),
    programAddresses: new Set(),
    deployedHosts: hostsOf(preview.deployed.applications.values()),
    isSameProgram,
  };
  const made = madeApplications(declared.head.voice.applications, preview);
  const applications = overlayApplications(drafts, made);
  const numbers = overlayRoutes(drafts, made, preview);
  const { programAddresses } = drafts;
  const replaced = new Set(made.made.flatMap(({ key, isReplaced }) => (isReplaced ? [key] : [])));
  const readingOf = (reading: StackReading, draft: Draft): StackReading => ({
    ...reading,
    voice: { applications: Object.fromEntries(draft.applications), routes: Object.fromEntries(draft.routes) },
    programAddresses,
    replaced,
  });
  return {
    head: readingOf(declared.head, drafts.head),
    base: declared.base && readingOf(declared.base, drafts.base),
    deployed: declared.deployed && readingOf(declared.deployed, drafts.deployed),
    otherwise: { numbers, applications },
  };
}

const hostsOf = (applications: Iterable<DeployedApplication>): Set<string> =>
  new Set(
    [...applications].flatMap(({ answerUrl, webhookUrl }) =>
      [answerUrl, webhookUrl].flatMap((url) => (url === undefined ? [] : (URL.parse(url)?.host ?? []))),
    ),
  );
