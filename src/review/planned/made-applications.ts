import type { VoiceApplication } from "../../../infra/voice-schema.ts";
import type { ApplicationFields, DeployedApplication, EnginePreview } from "../sources/engine-preview.ts";

/** An application that is deployed, under its key of then. */
export interface Deployed {
  key: string;
  /** Whether it is the voice file that declares it, rather than other code of the program. */
  fromVoiceFile: boolean;
  was: DeployedApplication;
}

/** An application that a stack has after the deployment, whatever code of its program makes it. */
export interface MadeApplication {
  /** In the voice file of the head where that declares it, else the name of its resource. */
  key: string;
  /** What is deployed of it; absent for one that is new. */
  deployed?: Deployed;
  /** Of its resource, where the engine would create it. */
  urn?: string;
  /** As it will be. */
  is: ApplicationFields;
  /** Another one takes the place of the deployed one. */
  isReplaced?: true;
}

/** What becomes of the applications of a stack. */
export interface MadeApplications {
  made: MadeApplication[];
  /** Those whose resource the engine would delete; `lives`: under another one, which has its name. */
  deleted: (Deployed & { lives?: true })[];
}

/**
 * Tells which applications the program makes, from what is deployed and what the engine would change in that.
 *
 * @param declared - the applications of the head's voice file; one that it makes under another resource is known by its name.
 */
export function madeApplications(
  declared: Readonly<Record<string, VoiceApplication>>,
  { deployed, applications: planned }: Pick<EnginePreview, "deployed" | "applications">,
): MadeApplications {
  const before = [
    ...deployedOf(deployed.applications, true),
    ...deployedOf(deployed.otherCode?.applications ?? new Map(), false),
  ];
  const steps = [...planned].map(([urn, step]) => ({ urn, ...step }));
  const stepOf = new Map(steps.flatMap((step) => (step.id === undefined ? [] : [[step.id, step] as const])));
  const deleted: MadeApplications["deleted"] = before.filter(
    ({ was }) => stepOf.has(was.id) && !stepOf.get(was.id)?.becomes,
  );
  const kept = before.flatMap((one) => {
    const step = stepOf.get(one.was.id);
    const is = step ? step.becomes : fieldsOf(one.was);
    if (!is) return [];
    const { key = one.key, isReplaced } = step ?? {};
    return [{ key, fromVoiceFile: one.fromVoiceFile, deployed: one, is, ...(isReplaced && { isReplaced }) }];
  });
  const known = new Set(before.map(({ was }) => was.id));
  const created = steps.flatMap(({ urn, key, fromVoiceFile, id, becomes: is }) => {
    if (!is || (id !== undefined && known.has(id))) return [];
    // A resource of another name finds the application that the one before lets go.
    const one = deleted.find(({ was, lives }) => was.name === is.name && !lives);
    if (one) one.lives = true;
    return [{ urn, key, fromVoiceFile, ...(one && { deployed: one }), is }];
  });
  return { made: withKeys([...kept, ...created], declared), deleted };
}

const deployedOf = (applications: ReadonlyMap<string, DeployedApplication>, fromVoiceFile: boolean): Deployed[] =>
  [...applications].map(([key, was]) => ({ key, fromVoiceFile, was }));

const fieldsOf = ({ name, answerUrl, webhookUrl, hidden = [] }: DeployedApplication): ApplicationFields => ({
  name,
  hidden,
  ...(answerUrl !== undefined && { answerUrl }),
  ...(webhookUrl !== undefined && { webhookUrl }),
});

/** Gives each application the key under which the head's voice file knows it. */
function withKeys(
  all: readonly (MadeApplication & { fromVoiceFile: boolean })[],
  declared: Readonly<Record<string, VoiceApplication>>,
): MadeApplication[] {
  const own = new Set(all.flatMap(({ key, fromVoiceFile }) => (fromVoiceFile ? [key] : [])));
  const missing = Object.entries(declared).filter(([key]) => !own.has(key));
  const keyOfName = new Map(missing.map(([key, { name }]) => [name, key]));
  return all.map(({ fromVoiceFile, key, ...made }) => {
    const isTaken = Object.hasOwn(declared, key) || own.has(key);
    if (!fromVoiceFile) return { ...made, key: isTaken ? `${key} (other code)` : key };
    const namesake = Object.hasOwn(declared, key) ? undefined : keyOfName.get(made.is.name ?? "");
    return { ...made, key: namesake ?? key };
  });
}
