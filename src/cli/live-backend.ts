import { liveBackendProblems } from "../stack-rules/live-backend.ts";
import { CliError } from "./cli-error.ts";
import { isSet, type StackFile } from "./stack-file.ts";

/** Commands that write what is live, or the state. */
const writes = new Set(["up", "update", "refresh", "destroy", "down", "dn", "import", "watch"]);

/**
 * Refuses to write a production stack whose state is on one machine, or whose secrets a passphrase closes. The program
 * says the same, but `refresh` and `destroy` do not run it.
 *
 * @param say - told of what `voice:allow` permits, with its reason.
 * @throws CliError with every broken rule, its name and the ways out
 */
export function assertLiveBackend(
  { stack, settings, env }: { stack: string; settings: StackFile; env: NodeJS.ProcessEnv },
  command: string,
  say: (text: string) => void,
): void {
  if (!writes.has(command) || !isSet(settings, "voice:production")) return;
  const allowed = (settings.config?.["voice:allow"] ?? {}) as Record<string, unknown>;
  const refused: string[] = [];
  for (const [rule, problem] of Object.entries(liveBackendProblems(stack, settings, env))) {
    if (Object.hasOwn(allowed, rule)) say(`${problem} [${rule}]\nallowed by voice:allow: ${allowed[rule]}`);
    else refused.push(`${problem} [${rule}]`);
  }
  if (refused.length === 0) return;
  const override = `To go on all the same, name the rule in stacks/Pulumi.${stack}.yaml: \`voice:allow: { <rule>: <why> }\``;
  throw new CliError([...refused, override].join("\n"));
}
