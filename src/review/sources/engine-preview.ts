import type { PlannedStep } from "./planned-steps.ts";

/** What the engine and the state say of a stack: all that a full review knows beyond the code. */
export interface EnginePreview {
  /**
   * `deployed`: the state tells what is deployed. `unborn`: nothing ever was. `copy`: what is here is a copy for previews of a
   * stack that lives elsewhere, so nobody can tell.
   */
  standing: "deployed" | "unborn" | "copy";
  deployed: DeployedStack;
  /** What the engine would do, in the order of the URNs; empty when it would change nothing. */
  steps: PlannedStep[];
  /** The applications that the engine would create, change, replace or delete, by URN. */
  applications: ReadonlyMap<string, PlannedApplication>;
  /** The numbers that the engine would route otherwise than is recorded. */
  routes: ReadonlyMap<string, PlannedRoute>;
  /** 64 hexadecimal digits, the same on every machine; see `stateDigest`. */
  stateDigest: string;
}

/** What of a stack was deployed last, according to its state. */
export interface DeployedStack {
  /** By the key in the voice file. */
  applications: ReadonlyMap<string, DeployedApplication>;
  /** Number → the id of an application, or `reject`; other words stand for what somebody did by hand. */
  routes: ReadonlyMap<string, string>;
  /** The commit that it was deployed from, if known; `-dirty` at its end where the working tree differed. */
  revision?: string;
  /** Flow → digest of what callers meet in it. */
  flows: Readonly<Record<string, string>>;
  /** What other code of the program made in the account: applications by the names of their resources, and routes. */
  otherCode?: Pick<DeployedStack, "applications" | "routes">;
}

/** An application as the state holds it. */
export interface DeployedApplication {
  id: string;
  name: string;
  /** The flow that answers; absent where something else does. */
  flow?: string;
  /** Whether a flow answers is not known, for no deployment with this application came to its end. */
  unfinished?: true;
  answerUrl?: string;
  webhookUrl?: string;
  /** Fields that the state keeps as secrets, so that nobody knows them here. */
  hidden?: readonly ("answerUrl" | "webhookUrl")[];
}

/** What the engine would do to one application. */
export interface PlannedApplication {
  /** The name of the resource, which is the key in the voice file where that declares it. */
  key: string;
  /** Whether it is the voice file that declares it, rather than other code of the program. */
  fromVoiceFile: boolean;
  /** The id of the deployed application that it goes on from, or takes the place of; absent for one that is new. */
  id?: string;
  /** As it would be; absent where it would be deleted. */
  becomes?: ApplicationFields;
  /** Another application takes its place. */
  isReplaced?: true;
  /** The fields that would be written of one that is deployed. */
  fields: PlannedField[];
}

/** What the engine would do to one number. */
export interface PlannedRoute {
  /** Of the resource that does. */
  urn: string;
  /**
   * An application's id, or its URN where it has none yet, or `reject`; the engine's word for what only the deployment can tell;
   * absent where the number leaves the program.
   */
  entry?: string;
  /** Ids of applications that the number is knowingly taken from. */
  takeover?: readonly string[];
}

/** What of an application the account shows, as it would be. */
export interface ApplicationFields {
  name?: string;
  answerUrl?: string;
  webhookUrl?: string;
  /** The existing application of this name is taken over. */
  adopt?: true;
  /** Fields of which nobody knows the value here: a secret, or what only the deployment can tell. */
  hidden: readonly ("name" | "answerUrl" | "webhookUrl")[];
}

/** One field of an application that the engine would write. URLs are as reports show them. */
export interface PlannedField {
  field: "name" | "answerUrl" | "webhookUrl" | "webhookSecret";
  from?: string;
  to?: string;
  /** Only the deployment can tell what it will be. */
  unknown?: true;
}
