/** Every resource type that the local AWS implements. A new one: its file here, its handler in `daemon/handlers/`. */
import { bucket } from "./bucket.ts";
import { bucketObject } from "./bucket-object.ts";
import { bucketPublicAccessBlock } from "./bucket-public-access-block.ts";
import { bucketVersioning } from "./bucket-versioning.ts";
import { eventRule } from "./event-rule.ts";
import { eventSourceMapping } from "./event-source-mapping.ts";
import { eventTarget } from "./event-target.ts";
import { lambdaFunction } from "./function.ts";
import { functionUrl } from "./function-url.ts";
import { logGroup } from "./log-group.ts";
import { metricAlarm } from "./metric-alarm.ts";
import { parameter } from "./parameter.ts";
import { permission } from "./permission.ts";
import { queue } from "./queue.ts";
import { redriveAllowPolicyOfQueue } from "./redrive-allow-policy.ts";
import type { ResourceType } from "./resource-type.ts";
import { role } from "./role.ts";
import { rolePolicy } from "./role-policy.ts";
import { table } from "./table.ts";

/** Resource types by their token. */
export const resourceTypes: ReadonlyMap<string, ResourceType> = new Map(
  [
    role,
    rolePolicy,
    logGroup,
    lambdaFunction,
    functionUrl,
    permission,
    table,
    queue,
    redriveAllowPolicyOfQueue,
    eventSourceMapping,
    parameter,
    metricAlarm,
    bucket,
    bucketVersioning,
    bucketPublicAccessBlock,
    bucketObject,
    eventRule,
    eventTarget,
  ].map((type) => [type.token, type]),
);
