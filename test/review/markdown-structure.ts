import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import { unified } from "unified";

interface MarkdownNode {
  type: string;
  value?: string;
  children?: MarkdownNode[];
}

const parse = (markdown: string): MarkdownNode =>
  unified().use(remarkParse).use(remarkGfm).parse(markdown) as MarkdownNode;

const nodesOf = (node: MarkdownNode): MarkdownNode[] => [node, ...(node.children ?? []).flatMap(nodesOf)];

const withWords = ["tableCell", "paragraph", "heading"];

/** A document without its words: what is a heading, a table, a row, a field, a list. */
export const shapeOf = (markdown: string): unknown => shape(parse(markdown));

function shape({ type, value, children = [] }: MarkdownNode): unknown {
  if (withWords.includes(type)) return type;
  return children.length > 0 ? [type, ...children.map(shape)] : type === "html" ? [type, value] : type;
}

/** The tags of our reports. */
export const ownHtml =
  /^(<!-- minivoice-review [\w.%]+ -->|<\/?details>|<details><summary>[\w ,:]+<\/summary>|<br>|<\/?sub>)$/;
const ownInline = [...withWords, "text", "inlineCode", "strong", "html"];
const calling = /@|https?:|www\.|#\d/;

/** Everything in a comment that is markup and not ours, or that rings somebody or leads somewhere. */
export function strangersIn(markdown: string): string[] {
  const nodes = nodesOf(parse(markdown));
  const valuesOf = (wanted: string) => nodes.flatMap(({ type, value = "" }) => (type === wanted ? [value] : []));
  const words = nodes.filter(({ type }) => withWords.includes(type)).flatMap(nodesOf);
  return [
    ...valuesOf("html").filter((value) => !ownHtml.test(value)),
    ...valuesOf("text").filter((value) => calling.test(value)),
    ...words.flatMap(({ type }) => (ownInline.includes(type) ? [] : [type])),
  ];
}
