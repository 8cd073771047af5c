import { bundle, bundleHash } from "../../infra/bundle.ts";
import { type AnswerArgs, functionSources } from "../../infra/function-sources.ts";

/**
 * The functions that the program declares, by name, such as `voice-test-answer`.
 *
 * @param isWatched - whether `voice:driftWatch` is set
 */
export const functionNames = (stack: string, isWatched: boolean): string[] =>
  ["answer", "webhook", "webhook-worker", ...(isWatched ? ["drift"] : [])].map((end) => `voice-${stack}-${end}`);

/**
 * The code that the program would deploy: it is bundled as the program does it, without running the program.
 *
 * @param names - of functions, such as `voice-test-answer`
 * @returns SHA-256 of each bundle by the name of its function; without those that the program does not declare
 * @throws Error when a source does not compile
 */
export async function programCode(
  stack: string,
  names: Iterable<string>,
  args: AnswerArgs,
): Promise<Map<string, string>> {
  const sources = new Map(
    Object.entries(functionSources(args)).map(([end, source]) => [`voice-${stack}-${end}`, source]),
  );
  const bundled = [...names].flatMap((name) => {
    const source = sources.get(name);
    return source ? [bundle(source).then((text) => [name, bundleHash(text)] as const)] : [];
  });
  return new Map(await Promise.all(bundled));
}
