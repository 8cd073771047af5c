import type { CallCounts } from "../review/changes/number-changes.ts";
import { type Phrase, say } from "../review/report/phrase.ts";
import { exportedState } from "../stack-state/exported-state.ts";
import { PROBE_CALL_PREFIX } from "../webhooks/probe.ts";
import { RecordedCalls } from "../webhooks/recorded-calls.ts";
import { withAws } from "./aws-clients.ts";
import { CliError } from "./cli-error.ts";
import { pipelineOf } from "./deployed-pipeline.ts";
import type { StackWorkspace } from "./stack-workspace.ts";

const WEEK_MS = 7 * 86_400_000;
/** Nobody waits longer for what is only good to know. */
const PATIENCE_MS = 20_000;

/**
 * How many calls each number of a stack had in the last seven days, from its table of call records.
 *
 * @param exported - the state, as `pulumi stack export` writes it.
 * @returns no counts where the stack has no such table; a note where it has one that could not be read.
 */
export async function recordedCallCounts(
  workspace: StackWorkspace,
  exported: unknown,
  signal: AbortSignal,
): Promise<{ calls?: CallCounts; note?: Phrase }> {
  const { resources } = exportedState(exported);
  if (!resources.some(({ urn }) => urn.includes("voice:index:WebhookPipeline$"))) return {};
  try {
    const { region, table } = pipelineOf(resources, workspace.stack);
    const since = new Date(Date.now() - WEEK_MS);
    const limited = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
    const calls = await withAws(workspace, region, ({ database }) =>
      new RecordedCalls(database, table, limited).list({ since, limit: Number.POSITIVE_INFINITY }),
    );
    const counts = new Map<string, number>();
    for (const { to, direction, callId } of calls)
      if (to !== undefined && direction !== "outbound" && !callId.startsWith(PROBE_CALL_PREFIX))
        counts.set(to, (counts.get(to) ?? 0) + 1);
    return { calls: Object.fromEntries(counts) };
  } catch (error) {
    signal.throwIfAborted();
    // The words of AWS name accounts and roles, and a report goes to many.
    const why = error instanceof CliError ? error.message : error instanceof Error ? error.name : "unknown error";
    return { note: say`The calls of the last seven days could not be read (${why}): --calls <file> names them.` };
  }
}
