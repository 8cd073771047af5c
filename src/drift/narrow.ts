import type { Declared } from "./pictures.ts";
import type { RecordedStack } from "./recorded.ts";

/** What was asked for and is not there. */
export class NotKnown extends Error {}

/**
 * Keeps what a check is limited to: numbers, and applications with the numbers that route to them. One function answers for
 * all applications, so its code belongs to none of them.
 *
 * @param only - numbers and keys of applications; none: everything
 * @throws NotKnown for what neither the code nor the state has
 */
export function narrow(
  declared: Declared | undefined,
  recorded: RecordedStack,
  only: readonly string[],
): { declared: Declared | undefined; recorded: RecordedStack } {
  if (only.length === 0) return { declared, recorded };
  const wanted = new Set(only);
  const isKnown = (name: string) =>
    [declared?.applications, declared?.routes, recorded.applications, recorded.routes].some((side) => side?.has(name));
  const unknown = only.filter((name) => !isKnown(name));
  if (unknown.length > 0)
    throw new NotKnown(
      `--only ${unknown.join(" ")}: neither the code nor the state has it. Name numbers such as +15551230001, or applications by ` +
        "their key in the voice file",
    );
  const ids = new Set([...recorded.applications].flatMap(([key, { id }]) => (wanted.has(key) ? [id] : [])));
  for (const [number, entry] of declared?.routes ?? []) if (ids.has(entry)) wanted.add(number);
  for (const [number, { entry }] of recorded.routes) if (ids.has(entry)) wanted.add(number);
  const kept = <Value>(side: ReadonlyMap<string, Value>) => new Map([...side].filter(([name]) => wanted.has(name)));
  const [applications, routes] = [kept(recorded.applications), kept(recorded.routes)];
  const holders = new Set([...applications.values(), ...routes.values()].map(({ urn }) => urn));
  return {
    declared: declared && { applications: kept(declared.applications), routes: kept(declared.routes) },
    recorded: {
      ...recorded,
      applications,
      routes,
      unfinished: new Map([...recorded.unfinished].filter(([urn]) => holders.has(urn))),
      goneNumbers: new Set([...recorded.goneNumbers].filter((number) => wanted.has(number))),
      code: new Map(),
    },
  };
}
