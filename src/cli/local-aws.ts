import type { DaemonState } from "../background/state-files.ts";

/** What a client of the AWS SDK needs to reach the local AWS, from its `daemon.json`; without one, nobody answers. */
export function localAwsClient(aws: DaemonState | undefined): {
  endpoint: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
} {
  const nobody = { accessKeyId: "none", secretAccessKey: "none" };
  return { endpoint: String(aws?.dynamodb), credentials: (aws?.credentials ?? nobody) as typeof nobody };
}
