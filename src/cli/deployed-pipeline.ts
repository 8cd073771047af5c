import type { Fields, StateResource } from "../stack-state/exported-state.ts";
import { CliError } from "./cli-error.ts";

/** What of a stack's webhook pipeline the operator's commands work with. */
export interface DeployedPipeline {
  region: string;
  /** The name of the table of call records. */
  table: string;
  events: DeployedQueue;
  /** Where events wait that the worker could not do. */
  deadLetters: DeployedQueue;
  /** Application ID → name. */
  applications: ReadonlyMap<string, string>;
}

export interface DeployedQueue {
  url: string;
  arn: string;
}

/**
 * Finds the webhook pipeline in the state of a stack, by types and by what belongs together, whatever the program called
 * the resources.
 *
 * @throws CliError when the stack has none.
 */
export function pipelineOf(resources: readonly Omit<StateResource, "inputs">[], stack: string): DeployedPipeline {
  const ours = resources.filter(({ urn }) => /[:$]voice:index:WebhookPipeline\$.*aws:/.test(urn));
  const table = outputsOf(ours.find(({ type }) => type === "aws:dynamodb/table:Table"));
  const queues = ours.filter(({ type }) => type === "aws:sqs/queue:Queue").map(outputsOf);
  const events = queues.find(({ redrivePolicy }) => redrivePolicy);
  const target = deadLetterTargetOf(events?.redrivePolicy);
  const deadLetters = queues.find(({ arn }) => arn === target);
  if (!table.name || !events || !deadLetters)
    throw new CliError(
      `stack ${stack} has no webhook pipeline yet: deploy it, for example with minivoice up -s ${stack}`,
    );
  return {
    region: String(table.arn).split(":")[3] ?? "",
    table: String(table.name),
    events: queueOf(events),
    deadLetters: queueOf(deadLetters),
    applications: new Map(
      resources.flatMap(({ type, id, outputs }) =>
        /\/minivoice:Application$/.test(type) && id ? [[id, String(outputs.name ?? id)] as const] : [],
      ),
    ),
  };
}

const outputsOf = (resource: Pick<StateResource, "outputs"> | undefined): Fields => resource?.outputs ?? {};

const queueOf = ({ url, arn }: Record<string, unknown>): DeployedQueue => ({ url: String(url), arn: String(arn) });

function deadLetterTargetOf(redrivePolicy: unknown): unknown {
  try {
    return JSON.parse(String(redrivePolicy)).deadLetterTargetArn;
  } catch {
    return undefined;
  }
}
