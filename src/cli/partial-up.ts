import type { KeptPicture } from "../../infra/kept-picture.ts";
import { exportedState, fieldsOf, MINIVOICE, textOf } from "../stack-state/exported-state.ts";
import { CliError } from "./cli-error.ts";
import { explain, runEngine } from "./engine.ts";
import { parseJson } from "./json.ts";
import type { StackWorkspace } from "./stack-workspace.ts";

/**
 * The same workspace, in which an `up` of numbers or applications alone leaves the stack's outputs what they tell of its
 * functions: the engine would write the program's word for flows that nobody deployed, and reviews take that for deployed.
 *
 * @param args - for the engine.
 * @throws CliError where the state cannot be read.
 */
export async function keepingPicture(workspace: StackWorkspace, args: readonly string[]): Promise<StackWorkspace> {
  if (!deploysNoFunction(args)) return workspace;
  const result = await runEngine(workspace, ["stack", "export", "--stack", workspace.stack]);
  if (result.code !== 0) throw new CliError(`the state of the stack cannot be read: ${explain(result)}`);
  const writesNumbers = args.some((arg) => /minivoice:DidRoute(Table)?::/.test(arg));
  const kept = pictureIn(parseJson(result.stdout), writesNumbers);
  // It is the program's, and loads Pulumi's SDK, which takes longer than most commands.
  const { KEPT_PICTURE } = await import("../../infra/kept-picture.ts");
  return kept ? { ...workspace, env: { ...workspace.env, [KEPT_PICTURE]: JSON.stringify(kept) } } : workspace;
}

/** Whether these are the arguments of an `up` whose targets are MiniVoice's resources, and nothing that depends on them. */
export function deploysNoFunction(args: readonly string[]): boolean {
  if (args[0] !== "up" && args[0] !== "update") return false;
  // The functions depend on the webhook secret.
  if (args.some((arg) => arg.startsWith("--target-dependents"))) return false;
  const targets = args.flatMap((arg, index) => {
    const [name, inline] = arg.split(/=(.*)/s);
    if (name !== "--target" && name !== "-t") return [];
    return [inline ?? args[index + 1] ?? ""];
  });
  return targets.length > 0 && targets.every((urn) => urn.includes(MINIVOICE) && !urn.includes("*"));
}

/**
 * What a state tells of the last deployment of its functions, and of its numbers unless they are written now; nothing where it
 * tells of none.
 */
export function pictureIn(exported: unknown, writesNumbers: boolean): KeptPicture | undefined {
  const { resources } = exportedState(exported);
  const { environment } = resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs ?? {};
  const { revision, flows, applications, routes } = fieldsOf(environment);
  if (flows === undefined) return undefined;
  const texts = (values: [string, unknown][]) =>
    Object.fromEntries(
      values.flatMap(([key, value]) => {
        const text = textOf(value);
        return text === undefined ? [] : [[key, text] as const];
      }),
    );
  const known = textOf(revision);
  return {
    ...(known !== undefined && { revision: known }),
    flows: texts(Object.entries(fieldsOf(flows))),
    answeredBy: texts(Object.entries(fieldsOf(applications)).map(([key, picture]) => [key, fieldsOf(picture).flow])),
    ...(!writesNumbers && { routes: texts(Object.entries(fieldsOf(routes))) }),
  };
}
