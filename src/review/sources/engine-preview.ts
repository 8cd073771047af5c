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
  /** Of the applications that the engine would change: the fields that differ, by URN. */
  applications: ReadonlyMap<string, PlannedField[]>;
  /** Of the numbers that the engine would route otherwise: the entry; `undefined` for one that leaves its table. */
  routes: ReadonlyMap<string, string | undefined>;
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
}

/** One field of an application that the engine would write. URLs are as reports show them. */
export interface PlannedField {
  field: "name" | "answerUrl" | "webhookUrl" | "webhookSecret";
  from?: string;
  to?: string;
  /** Only the deployment can tell what it will be. */
  unknown?: true;
}
