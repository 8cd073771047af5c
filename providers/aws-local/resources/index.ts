/** Every resource type that the local AWS implements. A new one: its file here, its handler in `daemon/handlers/`. */
import { lambdaFunction } from "./function.ts";
import { functionUrl } from "./function-url.ts";
import { logGroup } from "./log-group.ts";
import { permission } from "./permission.ts";
import type { ResourceType } from "./resource-type.ts";
import { role } from "./role.ts";
import { rolePolicy } from "./role-policy.ts";
import { table } from "./table.ts";

/** Resource types by their token. */
export const resourceTypes: ReadonlyMap<string, ResourceType> = new Map(
  [role, rolePolicy, logGroup, lambdaFunction, functionUrl, permission, table].map((type) => [type.token, type]),
);
