import { isMap, isScalar, type Pair, parseDocument, Scalar, stringify, type YAMLMap } from "yaml";

/** A stretch of the text, and what takes its place. */
interface Splice {
  start: number;
  end: number;
  text: string;
}

/**
 * The text of a voice file, edited in place: what no edit concerns stays as it is, byte for byte, with its comments, its
 * order and its layout. The parsed document tells where things stand; printing it would lay them out anew.
 *
 * @example
 * const file = new VoiceText(text);
 * file.set(["routes", "+15551230001"], "sales");
 * file.remove(["routes", "+15551230002"]);
 * await writeFile(path, file.edited());
 */
export class VoiceText {
  readonly #text: string;
  readonly #root: unknown;
  readonly #splices: Splice[] = [];
  readonly #removed = new Map<Found["map"], { parent: Pair | undefined; pairs: Set<Pair> }>();
  /** The pairs of each map by their key: a file of 100,000 numbers is looked into 100,000 times. */
  readonly #pairs = new Map<YAMLMap, Map<string, Pair>>();

  constructor(text: string) {
    this.#text = text;
    this.#root = parseDocument(text, { schema: "failsafe", uniqueKeys: false }).contents;
  }

  /** Replaces the value at a path that is there. */
  set(path: readonly string[], value: string): void {
    const { pair, isFlow } = this.#find(path);
    const { value: old } = pair;
    const [start, end] = rangeOf(old);
    const quoted = isScalar(old) && old.type === Scalar.QUOTE_DOUBLE;
    this.#splices.push({ start, end, text: quoted ? JSON.stringify(value) : scalarText(value, isFlow) });
  }

  /** Adds a field behind another one of the same map. */
  addAfter(path: readonly string[], key: string, value: string): void {
    const { pair, isFlow } = this.#find(path);
    const [, end] = rangeOf(pair.value);
    if (isFlow) {
      this.#splices.push({ start: end, end, text: `, ${key}: ${scalarText(value, true)}` });
      return;
    }
    const [keyStart] = rangeOf(pair.key);
    const indent = this.#text.slice(this.#lineStart(keyStart), keyStart);
    const at = this.#lineEnd(end);
    const before = this.#text[at - 1] === "\n" ? "" : "\n";
    this.#splices.push({ start: at, end: at, text: `${before}${indent}${key}: ${scalarText(value, false)}\n` });
  }

  /**
   * Adds lines at the end of a map.
   *
   * @param lines - indented as if the map began at the margin
   * @throws Error for a map between braces that is not empty
   */
  append(path: readonly string[], lines: readonly string[]): void {
    const { pair } = this.#find(path);
    const map = pair.value;
    const [start, end] = rangeOf(map);
    const items = isMap(map) ? (map.items as Pair[]) : [];
    const last = items.at(-1);
    const isFlow = isMap(map) && map.flow === true;
    if (isFlow && last)
      throw new Error(`${path.join(".")} stands between braces: write one entry a line, then try again`);
    if (!last) {
      this.#splices.push({ start, end, text: lines.map((line) => `\n  ${line}`).join("") });
      return;
    }
    const [keyStart] = rangeOf(last.key);
    const indent = this.#text.slice(this.#lineStart(keyStart), keyStart);
    const at = this.#lineEnd(lastOffset(last));
    const before = this.#text[at - 1] === "\n" ? "" : "\n";
    this.#splices.push({ start: at, end: at, text: before + lines.map((line) => `${indent}${line}\n`).join("") });
  }

  /** Takes a field out of its map, with the comment on its line. */
  remove(path: readonly string[]): void {
    const { map, parent, pair } = this.#find(path);
    const removed = this.#removed.get(map) ?? { parent, pairs: new Set() };
    removed.pairs.add(pair);
    this.#removed.set(map, removed);
  }

  edited(): string {
    const splices = [...this.#splices, ...[...this.#removed].flatMap(([map, removed]) => this.#removals(map, removed))];
    splices.sort((one, other) => one.start - other.start);
    let at = 0;
    let text = "";
    for (const { start, end, text: replacement } of splices) {
      text += this.#text.slice(at, start) + replacement;
      at = end;
    }
    return text + this.#text.slice(at);
  }

  #removals(map: YAMLMap, { parent, pairs }: { parent: Pair | undefined; pairs: Set<Pair> }): Splice[] {
    const { items, flow } = map as { items: Pair[]; flow?: boolean };
    const isEmptied = pairs.size === items.length;
    if (flow) {
      const [start, end] = rangeOf(map);
      return isEmptied
        ? [{ start, end, text: "{}" }]
        : runsOf(items, pairs).map(([from, to]) => flowRun(items, from, to));
    }
    const lines = [...pairs].map(({ key, value }) => {
      const start = this.#lineStart(rangeOf(key)[0]);
      return { start, end: this.#lineEnd(rangeOf(value)[1]), text: "" };
    });
    // A map without entries would be no map at all.
    const colon = isEmptied && parent ? this.#text.indexOf(":", rangeOf(parent.key)[1]) + 1 : 0;
    return colon > 0 ? [{ start: colon, end: colon, text: " {}" }, ...lines] : lines;
  }

  #find(path: readonly string[]): Found {
    let map = this.#root;
    let parent: Pair | undefined;
    let isFlow = false;
    for (const [index, key] of path.entries()) {
      const pair = isMap(map) ? this.#pairsOf(map as YAMLMap).get(key) : undefined;
      if (!isMap(map) || !pair) break;
      isFlow ||= map.flow === true;
      if (index === path.length - 1) return { map: map as YAMLMap, parent, pair, isFlow };
      parent = pair;
      map = pair.value;
    }
    throw new Error(`the voice file has no ${path.join(".")}`);
  }

  #pairsOf(map: YAMLMap): Map<string, Pair> {
    const known = this.#pairs.get(map) ?? new Map((map.items as Pair[]).map((pair) => [keyOf(pair), pair]));
    this.#pairs.set(map, known);
    return known;
  }

  #lineStart(offset: number): number {
    return this.#text.lastIndexOf("\n", offset - 1) + 1;
  }

  /** Behind the line break that ends the line; the end of a text that has none. */
  #lineEnd(offset: number): number {
    const end = this.#text.indexOf("\n", offset);
    return end < 0 ? this.#text.length : end + 1;
  }
}

interface Found {
  map: YAMLMap;
  /** The pair whose value the map is. */
  parent: Pair | undefined;
  pair: Pair;
  /** Whether it stands between braces. */
  isFlow: boolean;
}

const keyOf = ({ key }: Pair): string => (isScalar(key) ? String(key.value) : "");

const rangeOf = (node: unknown): [start: number, end: number] => {
  const range = (node as { range?: [number, number, number] } | null)?.range;
  if (!range) throw new Error("the voice file holds a value that stands nowhere in its text");
  return [range[0], range[1]];
};

/** The removed pairs as first and last index of each stretch. */
function runsOf(items: readonly Pair[], removed: ReadonlySet<Pair>): [number, number][] {
  const runs: [number, number][] = [];
  for (const [index, pair] of items.entries()) {
    if (!removed.has(pair)) continue;
    const last = runs.at(-1);
    if (last && last[1] === index - 1) last[1] = index;
    else runs.push([index, index]);
  }
  return runs;
}

/** Between braces, a comma goes with the pair: the one behind it, or before it at the end. */
function flowRun(items: readonly Pair[], from: number, to: number): Splice {
  const next = items[to + 1];
  if (next) return { start: rangeOf(items[from]?.key)[0], end: rangeOf(next.key)[0], text: "" };
  return { start: rangeOf(items[from - 1]?.value)[1], end: rangeOf(items[to]?.value)[1], text: "" };
}

/** Where the last scalar of a pair ends: a map's own end may lie behind the comments that follow it. */
function lastOffset({ key, value }: Pair): number {
  if (!isMap(value) || value.flow) return rangeOf(value ?? key)[1];
  const last = (value.items as Pair[]).at(-1);
  return last ? lastOffset(last) : rangeOf(key)[1];
}

/** A text as YAML writes it, on one line. */
export function scalarText(value: string, isFlow: boolean): string {
  const options = { lineWidth: 0, collectionStyle: isFlow ? "flow" : "block" } as const;
  const text = stringify([value], options).trim();
  const inner = isFlow ? text.slice(1, -1).trim() : text.slice(1).trim();
  return inner.includes("\n") ? JSON.stringify(value) : inner;
}
