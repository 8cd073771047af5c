/** Whether a function's role lets it write its log. Lambda needs three permissions, one of them only without a group. */
import type { Authorizer } from "../iam/authorizer.ts";
import type { FunctionSettings } from "./function-host.ts";

/** What the decision depends on. */
export interface LogAccess {
  readonly authorizer: Authorizer;
  readonly accountId: string;
  readonly groupExists: (name: string) => boolean;
}

/** Whether the group of a function exists, or its role may create it. */
export function mayHaveLogGroup(
  settings: FunctionSettings,
  { authorizer, accountId, groupExists }: LogAccess,
): boolean {
  if (groupExists(settings.logGroup)) return true;
  const resource = streamArn(settings, accountId, "");
  return authorizer.allows(sessionOf(settings), [{ action: "logs:CreateLogGroup", resource }]);
}

/** Whether a function may write into this log stream. */
export function mayLog(settings: FunctionSettings, logStream: string, access: LogAccess): boolean {
  const { authorizer, accountId } = access;
  return (
    mayHaveLogGroup(settings, access) &&
    authorizer.allows(sessionOf(settings), [
      { action: "logs:CreateLogStream", resource: streamArn(settings, accountId, logStream) },
      { action: "logs:PutLogEvents", resource: streamArn(settings, accountId, logStream) },
    ])
  );
}

function streamArn({ logGroup, region }: FunctionSettings, accountId: string, stream: string): string {
  return `arn:aws:logs:${region}:${accountId}:log-group:${logGroup}:log-stream:${stream}`;
}

function sessionOf({ name, role }: FunctionSettings) {
  return { roleArn: role, session: name };
}
