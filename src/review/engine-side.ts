import type { Reality } from "./reality.ts";
import type { Phrase } from "./report/phrase.ts";
import type { DeployedCommit } from "./sources/deployed-commit.ts";
import type { EnginePreview } from "./sources/engine-preview.ts";
import type { Version } from "./sources/read-version.ts";

/** What the engine, the state and the account say. */
export interface EngineSide {
  preview: EnginePreview;
  /** The commit that is deployed, where the repository has it, and its code, where that can be read. */
  revision?: (DeployedCommit & { version?: Version | undefined }) | undefined;
  reality?: Reality | undefined;
  /** What could not be read, and is no reason not to review. */
  notes: readonly Phrase[];
}
