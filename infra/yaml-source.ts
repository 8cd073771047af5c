import { isDeepStrictEqual } from "node:util";
import { isAlias, isMap, isNode, isScalar, LineCounter, type Node, type Pair, parseDocument } from "yaml";

/** Where something stands in a file; lines and columns count from 1. */
export interface Place {
  file: string;
  line: number;
  column: number;
}

/** One thing that is wrong, and where. */
export interface Problem extends Place {
  message: string;
}

/** A key that its map holds twice. */
export interface DuplicateKey {
  /** The path of the map, for example `["routes"]`. */
  path: string[];
  key: string;
  first: Place;
  second: Place;
}

/** Prints a problem the way compilers and editors do: `file:line:column: message`. */
export const formatProblem = ({ file, line, column, message }: Problem): string =>
  `${file}:${line}:${column}: ${message}`;

/**
 * A YAML file as text values that remember where they stand.
 *
 * Read with the failsafe schema: every scalar is the text that was typed. With any other schema a plain
 * `+15551230001` is a number: it loses its `+`, and a quoted copy of it hides beside it.
 */
export class YamlSource {
  readonly file: string;
  /** What YAML itself objects to. When there is any, `value` is not to be trusted. */
  readonly syntaxProblems: Problem[] = [];
  readonly duplicateKeys: DuplicateKey[] = [];
  /** Maps as objects, lists as arrays, everything else as text. */
  readonly value: unknown;
  readonly #root: Node | null;
  readonly #lines = new LineCounter();
  /** The pairs of each map by their key: a file of 100,000 numbers is looked into 100,000 times. */
  readonly #pairs = new Map<unknown, Map<string, Pair>>();

  constructor(text: string, file: string) {
    this.file = file;
    // Duplicate keys are found below: YAML's own error names one place, and a reader needs both.
    const options = { schema: "failsafe", uniqueKeys: false, prettyErrors: false, lineCounter: this.#lines } as const;
    const document = parseDocument(text, options);
    this.#root = document.contents;
    for (const { code, pos, message } of [...document.errors, ...document.warnings]) {
      const reason = code === "MULTIPLE_DOCS" ? "a second document begins here, and one is all there can be" : message;
      const problem = { ...this.#placeAt(pos[0]), message: `this is not valid YAML: ${reason}` };
      if (!isDeepStrictEqual(this.syntaxProblems.at(-1), problem)) this.syntaxProblems.push(problem);
    }
    this.#inspect(this.#root, []);
    this.value = this.syntaxProblems.length === 0 ? document.toJS() : undefined;
  }

  /** The place of the key at this path, or of the nearest thing around it that exists. */
  placeOfKey(path: readonly PropertyKey[]): Place {
    return this.#find(path, ({ key }) => key as Node);
  }

  /** The place of the value at this path, or of the nearest thing around it that exists. */
  placeOfValue(path: readonly PropertyKey[]): Place {
    return this.#find(path, ({ key, value }) => (isEmpty(value) ? (key as Node) : (value as Node)));
  }

  #find(path: readonly PropertyKey[], choose: (pair: Pair) => Node): Place {
    let found = this.#root;
    let map: unknown = this.#root;
    for (const step of path) {
      const pair = this.#pairs.get(map)?.get(String(step));
      if (!pair) break;
      found = choose(pair);
      map = pair.value;
    }
    return this.#placeAt(startOf(found));
  }

  /** Collects duplicate keys, and refuses what a reviewer could misread. */
  #inspect(node: unknown, path: string[]): void {
    if (isAlias(node)) {
      const place = this.#placeAt(startOf(node));
      this.syntaxProblems.push({
        ...place,
        message: `aliases are not supported: write the value of *${node.source} out`,
      });
    }
    if (!isMap(node)) return;
    const pairs = new Map<string, Pair>();
    this.#pairs.set(node, pairs);
    for (const pair of node.items) {
      const { key, value } = pair;
      const place = this.#placeAt(startOf(key));
      const text = textOf(key);
      if (text === undefined) {
        this.syntaxProblems.push({ ...place, message: "a key must be plain text" });
        continue;
      }
      const first = pairs.get(text);
      if (first) this.duplicateKeys.push({ path, key: text, first: this.#placeAt(startOf(first.key)), second: place });
      pairs.set(text, pair);
      this.#inspect(value, [...path, text]);
    }
  }

  #placeAt(offset: number): Place {
    const { line, col } = this.#lines.linePos(offset);
    return { file: this.file, line: Math.max(line, 1), column: Math.max(col, 1) };
  }
}

const startOf = (node: unknown): number => (isNode(node) ? (node.range?.[0] ?? 0) : 0);

const textOf = (node: unknown): string | undefined => (isScalar(node) ? String(node.value ?? "") : undefined);

const isEmpty = (node: unknown): boolean => node === null || (isScalar(node) && node.range?.[0] === node.range?.[1]);
