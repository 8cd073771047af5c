import { CliError } from "./cli-error.ts";
import { explain, runEngine } from "./engine.ts";
import { parseJson } from "./json.ts";
import type { StackWorkspace } from "./stack-workspace.ts";

/** The stack output `environment`: what is deployed, as people want to see it. */
export interface Environment {
  stack: string;
  capabilities: string;
  applications: Record<string, { applicationId: string; name: string; flow?: string; answerUrl: string }>;
  /** Number → application key, or `reject`. */
  routes: Record<string, string>;
}

/** What the last successful `up` of a stack deployed, or `undefined` when there was none. */
export async function readEnvironment(
  workspace: StackWorkspace,
  signal: AbortSignal,
): Promise<Environment | undefined> {
  const result = await runEngine(workspace, ["stack", "output", "--json"], { signal });
  if (result.code !== 0) throw new CliError(`the outputs of the stack cannot be read: ${explain(result)}`);
  return (parseJson(result.stdout) as { environment?: Environment } | undefined)?.environment;
}

/** One row a number: where its calls go and which flow answers them. */
export const routesOf = ({ routes, applications }: Environment) =>
  Object.entries(routes).map(([number, target]) => {
    const application = applications[target];
    return { number, application: application?.name, flow: application && (application.flow ?? application.answerUrl) };
  });

/** The numbers that somebody answers. */
export const answeredNumbers = ({ routes, applications }: Environment): string[] =>
  Object.keys(routes).filter((number) => applications[routes[number] ?? ""]);
