/** Metric math: the grammar of the expressions that alarms use. A part of CloudWatch's; the rest is refused by name. */

/** Operators of two operands, from the one that binds least. */
const OPERATORS = [
  ["OR", "||"],
  ["AND", "&&"],
  ["==", "!=", "<=", ">=", "<", ">"],
  ["+", "-"],
  ["*", "/"],
] as const;
const TOKEN = /\s*(?:(\d+(?:\.\d+)?|\.\d+)|([A-Za-z]\w*)|(\|\||&&|[=!<>]=|[-+*/<>(),])|(\S))/y;

/** An operator of metric math; `||` and `&&` are read as `OR` and `AND`. */
export type Operator = "OR" | "AND" | "==" | "!=" | "<=" | ">=" | "<" | ">" | "+" | "-" | "*" | "/";

/** A parsed expression. */
export type MetricMath =
  | { readonly kind: "number"; readonly value: number }
  /** The result of another metric query, by its ID. */
  | { readonly kind: "query"; readonly id: string }
  | { readonly kind: "operation"; readonly operator: Operator; readonly operands: readonly [MetricMath, MetricMath] }
  | {
      readonly kind: "if";
      readonly condition: MetricMath;
      readonly whenTrue: MetricMath;
      readonly whenFalse: MetricMath;
    }
  /** Gaps of a series get a value, or the value before the gap. */
  | { readonly kind: "fill"; readonly series: MetricMath; readonly filler: MetricMath | "REPEAT" };

/**
 * Reads an expression.
 *
 * @throws Error with what is wrong or not implemented, and where.
 * @example parseMetricMath("IF(FILL(calls, 0) > 0 AND FILL(webhooks, 0) == 0, 1, 0)").kind // "if"
 */
export function parseMetricMath(text: string): MetricMath {
  return new Parser(text).parse();
}

/** The IDs of all queries that an expression uses. */
export function queriesOf(math: MetricMath): ReadonlySet<string> {
  switch (math.kind) {
    case "number":
      return new Set();
    case "query":
      return new Set([math.id]);
    case "operation":
      return union(...math.operands);
    case "if":
      return union(math.condition, math.whenTrue, math.whenFalse);
    case "fill":
      return math.filler === "REPEAT" ? queriesOf(math.series) : union(math.series, math.filler);
  }
}

function union(...parts: readonly MetricMath[]): Set<string> {
  return new Set(parts.flatMap((part) => [...queriesOf(part)]));
}

interface Token {
  readonly text: string;
  readonly kind: "number" | "word" | "sign" | "end";
  /** Column, from 1. */
  readonly column: number;
}

/** One function for each level of the grammar. */
class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(text: string) {
    this.#tokens = tokens(text);
  }

  parse(): MetricMath {
    const math = this.#operation(0);
    if (this.#peek.kind !== "end") throw problem(this.#peek, `"${this.#peek.text}" is not expected here`);
    return math;
  }

  #operation(level: number): MetricMath {
    const operators: readonly string[] | undefined = OPERATORS[level];
    if (!operators) return this.#operand();
    let left = this.#operation(level + 1);
    while (operators.includes(this.#peek.text)) {
      const sign = this.#take().text;
      const operator = (sign === "||" ? "OR" : sign === "&&" ? "AND" : sign) as Operator;
      left = { kind: "operation", operator, operands: [left, this.#operation(level + 1)] };
    }
    return left;
  }

  #operand(): MetricMath {
    const token = this.#take();
    if (token.kind === "number") return { kind: "number", value: Number(token.text) };
    if (token.text === "-") {
      return { kind: "operation", operator: "-", operands: [{ kind: "number", value: 0 }, this.#operand()] };
    }
    if (token.text === "(") {
      const inner = this.#operation(0);
      this.#expect(")");
      return inner;
    }
    if (token.kind === "word") {
      if (this.#peek.text === "(") return this.#call(token);
      if (/^[a-z]/.test(token.text)) return { kind: "query", id: token.text };
    }
    throw problem(token, token.kind === "end" ? "something is missing" : `"${token.text}" is not expected here`);
  }

  #call(name: Token): MetricMath {
    this.#expect("(");
    if (name.text === "IF") {
      const condition = this.#operation(0);
      this.#expect(",");
      const whenTrue = this.#operation(0);
      this.#expect(",");
      const whenFalse = this.#operation(0);
      this.#expect(")");
      return { kind: "if", condition, whenTrue, whenFalse };
    }
    if (name.text === "FILL") {
      const series = this.#operation(0);
      this.#expect(",");
      const filler = this.#filler();
      this.#expect(")");
      return { kind: "fill", series, filler };
    }
    throw problem(name, `the function ${name.text} is not implemented by the local AWS (implemented: IF, FILL)`);
  }

  #filler(): MetricMath | "REPEAT" {
    const { text } = this.#peek;
    if (text === "LINEAR") throw problem(this.#peek, "FILL with LINEAR is not implemented by the local AWS");
    if (text !== "REPEAT") return this.#operation(0);
    this.#take();
    return "REPEAT";
  }

  #expect(text: string): void {
    const token = this.#take();
    if (token.text === text) return;
    throw problem(token, `"${text}" is expected here${token.kind === "end" ? "" : `, not "${token.text}"`}`);
  }

  get #peek(): Token {
    return this.#tokens[this.#next] as Token;
  }

  #take(): Token {
    const token = this.#peek;
    if (token.kind !== "end") this.#next++;
    return token;
  }
}

function tokens(text: string): Token[] {
  const found: Token[] = [];
  const pattern = new RegExp(TOKEN);
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const [, number, word, sign, unknown] = match;
    const value = number ?? word ?? sign ?? unknown ?? "";
    const column = pattern.lastIndex - value.length + 1;
    const token = { text: value, column };
    if (unknown) throw problem({ ...token, kind: "sign" }, `"${unknown}" is not implemented by the local AWS`);
    found.push({ ...token, kind: number ? "number" : word ? "word" : "sign" });
  }
  return [...found, { text: "", kind: "end", column: text.length + 1 }];
}

function problem({ column }: Token, message: string): Error {
  return new Error(`column ${column}: ${message}`);
}
