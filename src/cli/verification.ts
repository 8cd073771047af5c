import { join } from "node:path";
import { stackNeighbours } from "../../infra/stack-neighbours.ts";
import { CallTable } from "../verify/call-table.ts";
import type { Subject } from "../verify/checklist.ts";
import { type Deployed, deployedIn } from "../verify/deployed.ts";
import { LiveAccount } from "../verify/live-account.ts";
import { impatient, openAccount } from "./account.ts";
import { localAws } from "./aws-clients.ts";
import { CliError, messageOf } from "./cli-error.ts";
import { runEngine } from "./engine.ts";
import { parseJson } from "./json.ts";
import { loadFlows } from "./load-flows.ts";
import { root } from "./project.ts";
import { connectSandbox } from "./sandbox-connection.ts";
import type { StackWorkspace } from "./stack-workspace.ts";

/**
 * Gathers what the checklist is held against: the stack's state, its account, and the files of the project. Reads only.
 *
 * @throws CliError when the state cannot be read, or holds nothing to verify.
 */
export async function openVerification(
  workspace: StackWorkspace,
  signal: AbortSignal,
): Promise<{ subject: Subject; close: () => Promise<void> }> {
  const { local } = workspace;
  const stack = workspace.stack.split("/").at(-1) ?? workspace.stack;
  const deployed = await readDeployed(workspace, signal);
  const context = await openAccount(workspace, signal, impatient).catch((error) => ({ problem: messageOf(error) }));
  const table = await openRecords(deployed, local, signal);
  const stop = () => "client" in context && context.client.stop("interrupted");
  signal.addEventListener("abort", stop);
  return {
    subject: {
      deployed,
      account: new LiveAccount(context),
      neighbours: neighboursOf(stack),
      ...(await flowsOf(stack, local)),
      ...(local && { telephone: (await connectSandbox()).control }),
      records: table ?? { problem: "the stack holds no table of call records" },
      signal,
    },
    async close() {
      signal.removeEventListener("abort", stop);
      table?.close();
      if ("client" in context) await context.client.close();
    },
  };
}

async function readDeployed(workspace: StackWorkspace, signal: AbortSignal): Promise<Deployed> {
  const args = ["stack", "export", "--show-secrets", "--stack", workspace.stack];
  const { code, stdout, stderr } = await runEngine(workspace, args, { signal });
  // What it printed holds the stack's secrets, so only its complaint is shown.
  if (code !== 0) throw new CliError(`the state of the stack cannot be read: ${stderr.trim()}`);
  const deployed = deployedIn(parseJson(stdout));
  if (deployed.applications.length > 0) return deployed;
  const start = workspace.local ? "npm start" : `minivoice up -s ${workspace.stack}`;
  throw new CliError(
    `stack ${workspace.stack} holds no application, so there is nothing to verify: deploy it with ${start}`,
  );
}

async function openRecords({ records }: Deployed, local: boolean, signal: AbortSignal): Promise<CallTable | undefined> {
  if (!records) return undefined;
  const patience = { maxAttempts: 2, requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000 } };
  const region = records.region ?? "eu-central-1";
  if (!local) return new CallTable(records.table, { region, ...patience }, signal);
  const { dynamodb: endpoint, credentials } = await localAws();
  return new CallTable(records.table, { endpoint, region, credentials, ...patience }, signal);
}

/** Flows that cannot be built leave most of the checklist to be checked, so nothing is thrown. */
async function flowsOf(stack: string, local: boolean): Promise<Pick<Subject, "flows" | "flowsProblem">> {
  try {
    const { flowsFor } = await loadFlows();
    return { flows: flowsFor(stack, { local }) };
  } catch (error) {
    return { flows: {}, flowsProblem: messageOf(error) };
  }
}

function neighboursOf(stack: string): Subject["neighbours"] {
  const directory = process.env.VOICE_STACKS_DIR || join(root, "stacks");
  return stackNeighbours(directory, stack);
}
