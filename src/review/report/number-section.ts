import { REJECT } from "../../../infra/voice-schema.ts";
import type { NumberGroup, Target } from "../changes/number-changes.ts";
import { count, counted, joined, ours, type Phrase, say } from "./phrase.ts";
import { numbersPhrase, targetPhrase } from "./phrases.ts";
import { type Block, type Cell, cell, type Section } from "./report.ts";

/** Where which numbers go, before and after. */
export function numberSection(groups: readonly NumberGroup[], callsKnown: boolean): Section | undefined {
  if (groups.length === 0) return undefined;
  return {
    title: ours("Numbers"),
    summary: joined(summaries(groups), ", "),
    blocks: [
      ...byHandText(groups),
      {
        kind: "table",
        columns: ["Numbers", "Before", "After", ...(callsKnown ? ["Calls in 7 days"] : [])],
        rows: groups.map((group) => [
          numbersCell(group),
          cell(beforePhrase(group)),
          cell(afterPhrase(group)),
          ...(callsKnown ? [cell(ours(count(group.calls ?? 0)))] : []),
        ]),
      },
    ],
  };
}

const words: Readonly<Record<NumberGroup["kind"], string>> = {
  rejected: "out of service",
  "left the code": "left the code",
  moved: "moved",
  added: "new",
  "back in service": "back in service",
};

const summaries = (groups: readonly NumberGroup[]): Phrase[] =>
  [...Map.groupBy(groups, ({ kind }) => kind)].map(
    ([kind, same]) => say`${counted(numbersIn(same), "number")} ${ours(words[kind])}`,
  );

const numbersIn = (groups: readonly NumberGroup[]): number =>
  groups.reduce((sum, { numbers }) => sum + numbers.length, 0);

/** Above the table, for the deployment alone changes nothing of what it says. */
function byHandText(groups: readonly NumberGroup[]): Block[] {
  const numbers = numbersIn(groups.filter(({ byHand }) => byHand));
  if (numbers === 0) return [];
  const which = counted(numbers, "number is", "numbers are");
  return [
    {
      kind: "text",
      text: say`${which} to be assigned by hand in the account setup, for this account's API cannot: until then calls go where they go now.`,
    },
  ];
}

function numbersCell({ numbers, ranges }: NumberGroup): Cell {
  const busy = numbers.some(({ calls }) => calls !== undefined);
  const each = numbers.map(({ number, calls }) => say`${number}: ${calls ?? 0}`);
  const folded = ranges.map(({ first, last, count: size }) =>
    size === 1 ? say`${first}` : say`${first} … ${last} (${size})`,
  );
  return {
    lines: [numbersPhrase(numbers.map(({ number }) => number))],
    ...(numbers.length > 1 && { all: busy ? each : folded }),
  };
}

function beforePhrase({ from, to }: NumberGroup): Phrase {
  return from === undefined ? ours("not in the code") : told(from, to);
}

function afterPhrase({ from, to, leaving }: NumberGroup): Phrase {
  if (to !== undefined) return told(to, from);
  if (from === REJECT) return ours("not in the code");
  return ours(
    leaving === "rejected"
      ? "not in the code: taken out of service"
      : "not in the code: stays as it is, and nobody watches it",
  );
}

/** By name and flow; where both ends have the same, by the key, too. */
function told(target: Target, other: Target | undefined): Phrase {
  const phrase = targetPhrase(target);
  if (target === REJECT || other === undefined || targetPhrase(other).text !== phrase.text) return phrase;
  return say`${phrase}, key ${target.key}`;
}
