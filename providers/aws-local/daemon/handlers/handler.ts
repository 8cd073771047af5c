/** What the background process does for one AWS resource type. */
import type { Properties } from "../../resources/resource-type.ts";
import type { ScheduledRules } from "../events/scheduled-rules.ts";
import type { Authorizer } from "../iam/authorizer.ts";
import type { CodeFile, CodeStore } from "../lambda/code-store.ts";
import type { EventSources } from "../lambda/event-sources.ts";
import type { FunctionUrls } from "../lambda/function-urls.ts";
import type { Functions } from "../lambda/functions.ts";
import type { LogFiles } from "../log-files.ts";
import type { Objects } from "../objects.ts";
import type { Queues } from "../queues.ts";
import type { StateStore, StoredResource } from "../state.ts";
import type { Tables } from "../tables.ts";

/** The parts of the local AWS. */
export interface Services {
  readonly accountId: string;
  readonly state: StateStore;
  readonly logs: LogFiles;
  readonly code: CodeStore;
  readonly functions: Functions;
  readonly urls: FunctionUrls;
  readonly tables: Tables;
  readonly queues: Queues;
  readonly eventSources: EventSources;
  readonly objects: Objects;
  readonly scheduledRules: ScheduledRules;
  readonly authorizer: Authorizer;
  /** Where SDKs reach all services. */
  readonly endpoint: string;
}

/** A resource that is to be. */
export interface Wanted {
  readonly id: string;
  readonly region: string;
  readonly inputs: Properties;
  /** The files of a function, or the one of an object. */
  readonly code: readonly CodeFile[];
}

/** Life of one resource type. The state is kept by the caller; a handler does the rest. */
export interface ResourceHandler {
  /** AWS's error when the resource exists already. */
  readonly conflict: string;
  /** The ID that AWS gives a resource with these inputs; the one that it has, where it is there already. */
  id(inputs: Properties, services: Services): string;
  /** Under what the resource is stored; default: its ID. */
  key?(id: string, inputs: Properties): string;
  /** Makes it, and returns what AWS adds to the inputs. */
  create(wanted: Wanted, services: Services): Promise<Properties>;
  /** Changes it, and returns what AWS adds to the inputs. */
  update(wanted: Wanted, live: StoredResource, services: Services): Promise<Properties>;
  /** Removes it. */
  delete(live: StoredResource, services: Services): Promise<void>;
  /** Attributes that change by themselves, as they are now. */
  current?(live: StoredResource, services: Services): Properties;
  /** Brings it back after a restart of the background process. */
  restore?(live: StoredResource, services: Services): Promise<void>;
}
