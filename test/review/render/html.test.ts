import { describe, expect, test } from "@jest/globals";
import { render } from "../../../src/review/render/index.ts";
import type { Review } from "../../../src/review/review.ts";
import { changes } from "../changes.ts";

const plain = { width: 100, colours: false };
const reviews = Object.entries(changes).map(([name, review]) => [name, review] as const);

/** Every tag with its attributes. */
const tagsIn = (html: string, name: string): string[] => html.match(new RegExp(`<${name}(?: [^>]*)?>`, "g")) ?? [];

describe("the page", () => {
  test.each(reviews)("of %s needs nothing from elsewhere and lets nothing in", (_, review) => {
    const html = render(review(), "html", plain);
    expect(html).toContain(
      `content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"`,
    );
    for (const name of ["script", "link", "iframe", "object", "embed", "form", "a", "base"])
      expect(tagsIn(html, name)).toEqual([]);
    expect(html).not.toMatch(/url\(|@import|\son\w+=/);
  });

  test.each(reviews)("of %s can be read by those who do not see it", (_, review) => {
    const html = render(review(), "html", plain);
    expect(html).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(tagsIn(html, "h1")).toHaveLength(1);
    expect(tagsIn(html, "main")).toHaveLength(1);
    expect(html).toMatch(/<title>Routing review of (test|local): .+<\/title>/);
    for (const [, id] of html.matchAll(/aria-labelledby="([^"]*)"/g)) expect(html).toContain(`<h2 id="${id}">`);
    for (const table of html.match(/<table>.*?<\/table>/gs) ?? []) {
      const [head = "", ...rows] = table.match(/<tr>.*?<\/tr>/gs) ?? [];
      const columns = tagsIn(head, "th").length;
      expect(tagsIn(head, "th")).toEqual(new Array(columns).fill('<th scope="col">'));
      for (const row of rows) {
        expect(tagsIn(row, "th")).toEqual(['<th scope="row">']);
        expect(tagsIn(row, "td")).toHaveLength(columns - 1);
      }
    }
    expect(tagsIn(html, "img").filter((tag) => !tag.includes("alt="))).toEqual([]);
  });

  test("closes every tag that it opens", () => {
    const open: string[] = [];
    for (const [, end, name = ""] of render((changes["another key"] as () => Review)(), "html", plain).matchAll(
      /<(\/?)(\w+)[^>]*>/g,
    )) {
      if (["meta", "br", "img"].includes(name)) continue;
      if (end) expect(open.pop()).toBe(name);
      else open.push(name);
    }
    expect(open).toEqual([]);
  });

  test("shows a drawing as an image, which can do nothing to the page, and text where there is none", () => {
    const review = (changes["another key"] as () => Review)();
    const [diagram = ""] = review.blocks.flatMap(({ flows }) => flows.flatMap((flow) => flow.diagram ?? []));
    const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';
    const drawn = render(review, "html", plain, new Map([[diagram, svg]]));
    expect(drawn).toContain(`<img alt="" src="data:image/svg+xml;base64,${Buffer.from(svg).toString("base64")}">`);
    expect(drawn).not.toContain("<script>");
    expect(render(review, "html", plain)).toContain("<pre>flowchart TD\n");
  });
});
