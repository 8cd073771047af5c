import type { Action } from "./action-schema.ts";
import { describeAction, plain } from "./describe-action.ts";
import type { Flow, Step } from "./flow.ts";
import { edgesOf, stepOf } from "./graph.ts";

/** Characters in one line of a box, lines that an action may fill, and lines in all. */
const LINE = 32;
const LINES = 3;
const BOX_LINES = 12;

/**
 * A flow as the text of a Mermaid flowchart: a box for each step with what the caller hears, a hexagon where the caller
 * is asked, rounded where the call ends; arrows with the keys. Whatever a prompt says, it stays text.
 *
 * @param options.changed - names of steps to set off in colour; the ones that are not in this flow are ignored.
 * @example diagramOf(receptionist, { changed: ["support"] }) // "flowchart TD\n  caller((\"call\"))\n  …"
 */
export function diagramOf(flow: Flow, { changed = [] }: { changed?: Iterable<string> } = {}): string {
  const names = Object.keys(flow.steps);
  const ids = idsFor(names);
  const id = (name: string) => ids.get(name) as string;
  const marked = new Set(changed);
  const markedIds = names.filter((name) => marked.has(name)).map(id);
  return [
    "flowchart TD",
    // Boxes before arrows: a renderer may take the first mention of a step for all that is said about it.
    `  caller(("call"))`,
    ...names.map((name) => `  ${id(name)}${boxOf(name, stepOf(flow, name) as Step)}`),
    `  unclear(("request not understood"))`,
    `  caller --> ${id(flow.start)}`,
    ...names.flatMap((name) =>
      arrowsFrom(stepOf(flow, name) as Step).map(({ label, to }) =>
        label === undefined ? `  ${id(name)} --> ${id(to)}` : `  ${id(name)} -->|"${escaped(label)}"| ${id(to)}`,
      ),
    ),
    `  unclear -.-> ${id(flow.fallback)}`,
    "  classDef changed fill:#fff3bf,stroke:#b36b00,stroke-width:3px,color:#1f1f1f",
    ...(markedIds.length > 0 ? [`  class ${markedIds.join(",")} changed`] : []),
    "",
  ].join("\n");
}

/** Ids that are no words of Mermaid, such as `end`, and differ even where names differ in a hyphen only. */
function idsFor(names: string[]): Map<string, string> {
  const taken = new Set<string>();
  return new Map(
    names.map((name) => {
      let id = `step_${name.replaceAll(/\W/g, "_")}`;
      while (taken.has(id)) id += "_";
      taken.add(id);
      return [name, id];
    }),
  );
}

function boxOf(name: string, { actions = [], gather, end }: Step): string {
  const all: Action[] = gather ? [...actions, { type: "gather", ...gather }] : [...actions];
  const told = all.map(describeAction).flatMap((text) => cut(wrapped(text), LINES));
  const lines = [name, ...cut(told, BOX_LINES)].map(escaped).join("<br/>");
  if (gather) return `{{"${lines}"}}`;
  return end ? `(["${lines}"])` : `["${lines}"]`;
}

/** One arrow for each step that is led to, however many answers lead there. */
function arrowsFrom(step: Step): { label?: string; to: string }[] {
  if (!step.menu) return edgesOf(step).map(({ to }) => ({ to }));
  const words: Record<string, string> = {
    "menu.wrong": "wrong key",
    "menu.silence": "silence",
    "menu.exhausted": `after ${step.menu.attempts} attempts`,
  };
  const labels = new Map<string, string[]>();
  for (const { field, key, to } of edgesOf(step))
    labels.set(to, [...(labels.get(to) ?? []), key ?? words[field] ?? field]);
  return [...labels].map(([to, parts]) => ({ to, label: parts.join(", ") }));
}

/** In lines of a bearable length. */
function wrapped(text: string): string[] {
  const words = plain(text)
    .split(" ")
    .flatMap((word) => chunksOf([...word], LINE));
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < LINE) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

const cut = (lines: string[], most: number): string[] =>
  lines.length <= most ? lines : [...lines.slice(0, most - 1), `${lines[most - 1]} …`];

const chunksOf = (characters: string[], size: number): string[] =>
  Array.from({ length: Math.ceil(characters.length / size) || 1 }, (_, index) =>
    characters.slice(index * size, (index + 1) * size).join(""),
  );

/**
 * As Mermaid's own entity codes, whatever could be syntax, HTML, Markdown or a link to some renderer: letters, digits
 * and a little punctuation are not. Nor may a line begin like an item of a list, which Mermaid refuses.
 */
const escaped = (line: string): string =>
  plain(line)
    .replaceAll(/[^\p{L}\p{M}\p{N} .,!?'’“”…()/+-]/gu, entity)
    .replace(/^[-+]|(?<=^\d+)[.)]/, entity)
    .replaceAll(/(?<=www)\./gi, entity);

const entity = (character: string): string => `#${character.codePointAt(0)};`;
