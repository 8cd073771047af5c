/** The handler of every resource type that the local AWS implements, in the order in which a restart brings them back. */
import { ALARM_TYPE } from "../cloudwatch/alarms.ts";
import { EVENT_RULE_TYPE, EVENT_TARGET_TYPE } from "../events/scheduled-rules.ts";
import { PARAMETER_TYPE } from "../parameters.ts";
import {
  ACCESS_BLOCK_TYPE,
  BUCKET_TYPE,
  bucketHandler,
  bucketSettingHandler,
  OBJECT_TYPE,
  VERSIONING_TYPE,
} from "./bucket.ts";
import { bucketObjectHandler } from "./bucket-object.ts";
import { eventRuleHandler } from "./event-rule.ts";
import { eventSourceMappingHandler, MAPPING_TYPE } from "./event-source-mapping.ts";
import { eventTargetHandler } from "./event-target.ts";
import { FUNCTION_TYPE, functionHandler } from "./function.ts";
import { functionUrlHandler } from "./function-url.ts";
import type { ResourceHandler } from "./handler.ts";
import { logGroupHandler } from "./log-group.ts";
import { metricAlarmHandler } from "./metric-alarm.ts";
import { parameterHandler } from "./parameter.ts";
import { PERMISSION_TYPE, permissionHandler } from "./permission.ts";
import { QUEUE_TYPE, queueHandler, REDRIVE_ALLOW_POLICY_TYPE } from "./queue.ts";
import { redriveAllowPolicyHandler } from "./redrive-allow-policy.ts";
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
  [QUEUE_TYPE, queueHandler],
  [REDRIVE_ALLOW_POLICY_TYPE, redriveAllowPolicyHandler],
  [MAPPING_TYPE, eventSourceMappingHandler],
  [PARAMETER_TYPE, parameterHandler],
  [ALARM_TYPE, metricAlarmHandler],
  [BUCKET_TYPE, bucketHandler],
  [VERSIONING_TYPE, bucketSettingHandler],
  [ACCESS_BLOCK_TYPE, bucketSettingHandler],
  [OBJECT_TYPE, bucketObjectHandler],
  [EVENT_RULE_TYPE, eventRuleHandler],
  [EVENT_TARGET_TYPE, eventTargetHandler],
]);
