import { setTimeout as sleep } from "node:timers/promises";
import {
  CancelMessageMoveTaskCommand,
  ListMessageMoveTasksCommand,
  type ListMessageMoveTasksResultEntry,
  type SQSClient,
  StartMessageMoveTaskCommand,
} from "@aws-sdk/client-sqs";
import { CliError } from "./cli-error.ts";
import { moveByHand, type Work } from "./dead-letters.ts";
import type { DeployedPipeline } from "./deployed-pipeline.ts";

const POLL_MS = 1_000;

/**
 * Moves all dead letters back into their queue: SQS does it itself, or this command message by message where SQS does not
 * know how, as locally. Nothing is lost when it is interrupted; what was not moved yet stays.
 *
 * @param onMoved - told how many were moved so far.
 * @returns how many were moved.
 * @throws CliError when SQS gave up, with its reason.
 */
export async function redrive(
  client: SQSClient,
  pipeline: DeployedPipeline,
  watch: Work & { onMoved: (moved: number) => void },
): Promise<number> {
  const SourceArn = pipeline.deadLetters.arn;
  try {
    await client.send(new StartMessageMoveTaskCommand({ SourceArn, DestinationArn: pipeline.events.arn }));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // Somebody else's, or our own of before a connection was lost: follow that one.
    const underWay = /already.*(task|running|progress)/i.test(error.message);
    const unknown = /^(InvalidAction|UnsupportedOperation|UnknownOperationException)$/.test(error.name);
    if (!underWay && !unknown) throw error;
    if (!underWay) return moveByHand(client, pipeline, watch);
  }
  return follow(client, SourceArn, watch);
}

async function follow(
  client: SQSClient,
  SourceArn: string,
  { onMoved, signal }: Work & { onMoved: (moved: number) => void },
): Promise<number> {
  for (let canceled = false; ; ) {
    const { Results = [] } = await client.send(new ListMessageMoveTasksCommand({ SourceArn, MaxResults: 1 }));
    const [task] = Results;
    const moved = task?.ApproximateNumberOfMessagesMoved ?? 0;
    onMoved(moved);
    if (!task || task.Status === "COMPLETED" || task.Status === "CANCELLED") return moved;
    if (task.Status === "FAILED") throw failed(task, moved);
    if (signal.aborted && !canceled && task.TaskHandle) {
      await client.send(new CancelMessageMoveTaskCommand({ TaskHandle: task.TaskHandle }));
      canceled = true;
    } else await sleep(POLL_MS, undefined, canceled ? {} : { signal }).catch(() => undefined);
  }
}

const failed = ({ FailureReason = "no reason given" }: ListMessageMoveTasksResultEntry, moved: number) =>
  new CliError(`SQS stopped moving messages (${FailureReason}); ${moved} were moved, the others stay: run it again`);
