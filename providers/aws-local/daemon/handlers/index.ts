/** The handler of every resource type that the local AWS implements, in the order in which a restart brings them back. */
import { FUNCTION_TYPE, functionHandler } from "./function.ts";
import { functionUrlHandler } from "./function-url.ts";
import type { ResourceHandler } from "./handler.ts";
import { logGroupHandler } from "./log-group.ts";
import { PERMISSION_TYPE, permissionHandler } from "./permission.ts";
import { roleHandler } from "./role.ts";
import { rolePolicyHandler } from "./role-policy.ts";
import { tableHandler } from "./table.ts";

/** Handlers by type token. */
export const handlers: ReadonlyMap<string, ResourceHandler> = new Map([
  ["aws:iam/role:Role", roleHandler],
  ["aws:iam/rolePolicy:RolePolicy", rolePolicyHandler],
  ["aws:cloudwatch/logGroup:LogGroup", logGroupHandler],
  [FUNCTION_TYPE, functionHandler],
  ["aws:lambda/functionUrl:FunctionUrl", functionUrlHandler],
  [PERMISSION_TYPE, permissionHandler],
  ["aws:dynamodb/table:Table", tableHandler],
]);
