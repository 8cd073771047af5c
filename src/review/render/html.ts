import { type Phrase, rendered } from "../report/phrase.ts";
import type { Block, Cell, Report, Section } from "../report/report.ts";
import { style } from "./html-style.ts";
import { shown } from "./shown-text.ts";

/** Characters of one foreign text. */
const LONGEST_VALUE = 1_000;

/** Mermaid text → the same as SVG. */
export type Drawings = ReadonlyMap<string, string>;

/**
 * A report as one page that needs nothing else: no script, no font and no picture from elsewhere, and its own policy
 * forbids any. For light and dark screens, for paper, and for screen readers.
 *
 * @param drawings - of the diagrams; one that is missing stands there as text.
 */
export const renderHtml = (report: Report, drawings: Drawings = new Map()): string => {
  const { title, verdict, summary, facts, sections } = report;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'">
<title>${escaped(plain(title))}: ${escaped(plain(verdict.text))}</title>
<style>${style}</style>
</head>
<body>
<header class="${verdict.kind}">
<h1>${text(title)}</h1>
<p class="verdict"><strong>${text(verdict.text)}</strong></p>
${summary ? `<p>${text(summary)}</p>\n` : ""}</header>
<main>
${sections.map((section, index) => renderSection(section, index, drawings)).join("\n")}
</main>
<footer>
${facts.map((fact) => `<p>${text(fact)}</p>`).join("\n")}
</footer>
</body>
</html>
`;
};

function renderSection({ title, summary, blocks, aside }: Section, index: number, drawings: Drawings): string {
  const content = blocks.map((block) => renderBlock(block, drawings)).join("\n");
  if (aside) return `<details><summary><h2>${text(title)}</h2> ${text(summary)}</summary>\n${content}\n</details>`;
  const id = `section-${index + 1}`;
  return `<section aria-labelledby="${id}">
<h2 id="${id}">${text(title)} <small>${text(summary)}</small></h2>
${content}
</section>`;
}

function renderBlock(block: Block, drawings: Drawings): string {
  switch (block.kind) {
    case "text":
      return `<p>${text(block.text)}</p>`;
    case "heading":
      return `<h3>${text(block.text)}</h3>`;
    case "list":
      return `<ul>\n${block.items.map((item) => `<li>${text(item)}</li>`).join("\n")}\n</ul>`;
    case "table":
      return table(block.columns, block.rows);
    case "diagram":
      return `<details open><summary>${text(block.title)}</summary>\n${diagram(block.mermaid, drawings)}\n</details>`;
  }
}

/** Within an image nothing of a drawing can reach the page. What it tells is in the table above it, for who cannot see it. */
function diagram(mermaid: string, drawings: Drawings): string {
  const svg = drawings.get(mermaid);
  if (svg === undefined) return `<pre>${escaped(mermaid)}</pre>`;
  return `<img alt="" src="data:image/svg+xml;base64,${Buffer.from(svg).toString("base64")}">`;
}

/** The first field of a row names it. */
const table = (columns: readonly string[], rows: readonly (readonly Cell[])[]): string =>
  `<table>
<thead><tr>${columns.map((column) => `<th scope="col">${escaped(column)}</th>`).join("")}</tr></thead>
<tbody>
${rows.map((row) => `<tr>${row.map(field).join("")}</tr>`).join("\n")}
</tbody>
</table>`;

const field = (content: Cell, index: number): string =>
  index === 0 ? `<th scope="row">${cellOf(content)}</th>` : `<td>${cellOf(content)}</td>`;

function cellOf({ lines, all }: Cell): string {
  const shownLines = lines.map(text).join("<br>");
  if (!all || all.length === 0) return shownLines;
  return `${shownLines}<details><summary>all of them</summary>${all.map(text).join("<br>")}</details>`;
}

/** Each foreign text is a unit of its own, whatever direction it is written in. */
const text = (phrase: Phrase): string =>
  rendered(phrase, escaped, (value) => `<bdi>${escaped(shown(value, LONGEST_VALUE))}</bdi>`);

const plain = (phrase: Phrase): string =>
  rendered(
    phrase,
    (own) => own,
    (value) => shown(value, 60),
  );

const escaped = (words: string): string => words.replace(/[&<>"']/g, (found) => `&#${found.charCodeAt(0)};`);
