import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";
import { readDaemon } from "../background/control.ts";
import { CliError } from "./cli-error.ts";
import { awsLocal } from "./project.ts";
import type { StackWorkspace } from "./stack-workspace.ts";

/** The SDK's clients for what a stack deployed. */
export interface AwsClients {
  database: DynamoDBClient;
  queues: SQSClient;
}

/**
 * Runs a task with clients for the AWS of a stack: the local one on this machine, or the real one with the credentials that
 * the AWS SDK finds by itself.
 *
 * @throws CliError with the way out when there is no local AWS, or there are no credentials.
 */
export async function withAws<Result>(
  { local }: Pick<StackWorkspace, "local">,
  region: string,
  task: (clients: AwsClients) => Promise<Result>,
): Promise<Result> {
  const [database, queues] = local ? await localSettings(region) : [{ region }, { region }];
  const clients = {
    database: new DynamoDBClient(database),
    queues: new SQSClient({ ...queues, useQueueUrlAsEndpoint: false }),
  };
  try {
    return await task(clients);
  } catch (error) {
    if (error instanceof Error && /^(CredentialsProviderError|ExpiredToken|UnrecognizedClient)/.test(error.name))
      throw new CliError(
        `AWS takes no credentials from here (${error.message}): set AWS_PROFILE, or log in with the AWS CLI`,
      );
    throw error;
  } finally {
    for (const client of Object.values(clients)) client.destroy();
  }
}

/** Where the local AWS is, and how its owner gets in. */
export interface LocalAws {
  dynamodb: string;
  sqs: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
}

/** @throws CliError with the way out when no local AWS runs. */
export async function localAws(): Promise<LocalAws> {
  const daemon = await readDaemon(awsLocal.stateDir);
  if (!daemon) throw new CliError("the local AWS is not running: start it with npm start");
  return daemon as unknown as LocalAws;
}

async function localSettings(region: string) {
  const { dynamodb, sqs, credentials } = await localAws();
  return [dynamodb, sqs].map((endpoint) => ({ region, credentials, endpoint }));
}
