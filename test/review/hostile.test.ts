import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { flowsFor } from "../../src/flows/index.ts";
import type { EngineSide } from "../../src/review/engine-side.ts";
import { type Failure, type Format, render } from "../../src/review/render/index.ts";
import { MARKDOWN_LIMIT_BYTES } from "../../src/review/render/markdown.ts";
import type { Review } from "../../src/review/review.ts";
import { many, production, receptionist } from "./changes.ts";
import { previewOf } from "./engine-previews.ts";
import { ownHtml, shapeOf, strangersIn } from "./markdown-structure.ts";
import { reading, reviewed, version } from "./versions.ts";

/** What people have put into names to break tables, forge reports, ring others or lead them elsewhere. */
const tricks = [
  ...["a | b | c", "\\| x \\\\| y \\", "|", "\n| --- | --- |\n| forged | row |", "---"],
  ...["`", "``", "``` \n```\n", "a`b``c", " `", "` ", "\\`", "    code"],
  ...["line\nbreak", "\r\n\r\n# forged", "\u2028paragraph", "- item\n- item", "1. one", "> quote"],
  ...[
    "<script>alert(1)</script>",
    "</details></td></table>",
    "<!-- minivoice-review test -->",
    "--> <b>",
    "&lt;b&gt; &#64;team",
  ],
  ...[
    "@octocat",
    "@org/team",
    "#1",
    "GH-1",
    "https://evil.example.com",
    "www.evil.example.com",
    "mail@evil.example.com",
  ],
  ...[
    "[click](https://evil.example.com)",
    "![](https://evil.example.com/p.png)",
    "[^1]",
    "[x]: https://evil.example.com",
  ],
  ...[
    "\u202Elatrop\u202C",
    "\u2066x\u2069",
    "\u200Bzero\u200Dwidth",
    "\u0007bell\u001B[31mred",
    "\u{E0041}tag",
    "\u00AD\u034F\u2800",
  ],
  ...["👩‍👩‍👧 family", "🇩🇪", "Z̸̡͎̪͉͇͕̰̓̔", "مرحبا", "**bold** _it_ ~~s~~", "$x$", "\ud800 lone", "%{x} $(rm -rf)", "", " "],
  ...["✅ No caller will notice anything", "a".repeat(10_000), "|`\n".repeat(3_000), "@a ".repeat(3_000)],
];
const hostile = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...tricks) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
  {
    weight: 1,
    arbitrary: fc.string({ unit: fc.constantFrom("|", "`", "\\", "<", "@", "\n", "a", " "), maxLength: 30 }),
  },
);

/** Where people write what they like. */
interface Names {
  application: string;
  renamed: string;
  flow: string;
  prompt: string;
  reason: string;
  exemption: string;
  setting: string;
  stack: string;
  ref: string;
}

const names: fc.Arbitrary<Names> = fc.record({
  application: hostile,
  renamed: hostile,
  flow: hostile,
  prompt: hostile,
  reason: hostile,
  exemption: hostile,
  setting: hostile,
  stack: hostile,
  ref: hostile,
});

/** Plain words in all of those places. */
const harmless: Names = {
  application: "Support",
  renamed: "Sales",
  flow: "receptionist",
  prompt: "Hello",
  reason: "Closed",
  exemption: "closed",
  setting: "EU",
  stack: "staging",
  ref: "main",
};

/** A review with every kind of section, each with foreign text. A letter before each keeps them apart from nothing. */
function reviewWith(name: Names): Review {
  const flow = `f${name.flow}`;
  const side = (changed: boolean) => {
    const { routes } = many((index) => (!changed || index > 6 ? "support" : index < 2 ? "reject" : "sales"));
    const destination = changed ? { destination: "+15550100201" as const } : {};
    return reading({
      voice: {
        routes,
        applications: {
          support: { name: `s${name.application}`, flow },
          sales: { name: changed ? `t${name.renamed}` : `u${name.renamed}`, answerUrl: "https://a.example.com/" },
          ...(changed && { extra: { name: `v${name.application}`, flow: "salesMenu" } }),
        },
      },
      flows: {
        ...flowsFor("test"),
        [flow]: receptionist({ greeting: `${changed ? "now" : "once"} ${name.prompt}`, ...destination }),
      },
      configuration: { [`x${name.setting}`]: { plain: changed ? `a${name.setting}` : `b${name.setting}` } },
    });
  };
  const other = production({
    stack: `p${name.stack}`,
    numbers: ["+15551240003"],
    applicationNames: [`s${name.application}`],
  });
  const exempt = (rule: string, reason: string) => ({
    rule,
    stack: "test",
    for: ["+15551240000"],
    reason,
    expires: "2027-03-31",
  });
  const exemptions = {
    [`y${name.exemption}`]: exempt("R2", `r${name.reason}`),
    [`z${name.exemption}`]: exempt("R6", "r"),
  };
  const review = reviewed(
    version(side(false)),
    version(side(true), { others: [other], rules: JSON.stringify({ exemptions }) }),
    { calls: { "+15551240001": 7 }, engine: engineWith(name, flow) },
  );
  return { ...review, base: { ...review.base, reason: `m${name.ref}` } };
}

/** What is deployed, planned and live, with foreign text in all of it. */
function engineWith(name: Names, flow: string): EngineSide {
  const { routes } = many(() => "support");
  const type = "pulumi-nodejs:dynamic/minivoice:Application";
  const steps = [
    {
      op: "update",
      urn: `urn:pulumi:test::voice::voice:index:VoiceEnvironment$${type}::support`,
      oldState: { type, custom: true, outputs: { name: `i${name.renamed}` } },
      newState: { type, custom: true, inputs: { name: `j${name.renamed}` } },
      detailedDiff: { name: null, [`k${name.setting}`]: null },
    },
    { op: "replace", urn: `urn:pulumi:test::voice::a:b:C::l${name.application}`, oldState: { type: "a:b:C" } },
  ];
  const support = { id: "app_1", name: `s${name.application}`, flow };
  const deployed = {
    applications: new Map([["support", support]]),
    // One goes where no voice file can send it.
    routes: new Map(Object.keys(routes).map((number, index) => [number, index === 19 ? `n${name.ref}` : "app_1"])),
    flows: { [flow]: "0123456789ab" },
    revision: `o${name.ref}`,
  };
  const live = { kind: "number", subject: "+15551240000", name: "+15551240000" } as const;
  const fields = [{ field: "route", deployed: `q${name.application}`, live: `w${name.renamed}` }];
  return {
    preview: previewOf({ deployed, steps }),
    reality: {
      differences: [{ ...live, fields }],
      newNumbers: [{ number: "+15551240019", live: `t${name.renamed}`, refused: "held by another application" }],
      unread: [`h${name.reason}`],
    },
    notes: [],
  };
}

const unseen = /[\p{Cc}\u200E\u200F\u061C\u202A-\u202E\u2066-\u2069\u{E0000}-\u{E007F}]/u;

const show = (review: Review | Failure, format: Format): string =>
  render(review, format, { width: 100, colours: false });

describe("hostile names", () => {
  test("change nothing in the structure of a comment, and are neither markup nor mention nor link", () => {
    const shape = shapeOf(show(reviewWith(harmless), "markdown"));
    fc.assert(
      fc.property(names, (given) => {
        const markdown = show(reviewWith(given), "markdown");
        expect(shapeOf(markdown)).toEqual(shape);
        expect(strangersIn(markdown)).toEqual([]);
        expect(markdown.replaceAll("\n", "")).not.toMatch(unseen);
        expect(Buffer.byteLength(markdown)).toBeLessThanOrEqual(MARKDOWN_LIMIT_BYTES);
      }),
      { numRuns: 40 },
    );
  });

  test("change nothing in the structure of the page", () => {
    const tagsOf = (html: string): string[] => html.match(/<[^>]*>/g) ?? [];
    const tags = tagsOf(show(reviewWith(harmless), "html"));
    fc.assert(
      fc.property(names, (given) => {
        const html = show(reviewWith(given), "html");
        expect(tagsOf(html)).toEqual(tags);
        expect(html.replaceAll("\n", "")).not.toMatch(unseen);
      }),
      { numRuns: 10 },
    );
  });

  test("send nothing to a terminal but what is seen there", () => {
    fc.assert(
      fc.property(names, (given) => {
        expect(show(reviewWith(given), "terminal").replaceAll("\n", "")).not.toMatch(unseen);
      }),
      { numRuns: 6 },
    );
  });

  test("come through the JSON report unchanged, and are seen in the file", () => {
    fc.assert(
      fc.property(names, (given) => {
        const review = reviewWith(given);
        const json = show(review, "json");
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(review)));
        expect(json.replaceAll("\n", "")).not.toMatch(unseen);
      }),
      { numRuns: 10 },
    );
  });

  test("are cut where they are long, and it is said how long they are", () => {
    const markdown = show(reviewWith({ ...harmless, application: "x".repeat(10_000) }), "markdown");
    expect(markdown).toContain("xxx… (10,001 characters)");
    expect(markdown).not.toContain("x".repeat(200));
  });

  test("are told to their end where they are why there is no review: the way out comes last", () => {
    const failed = (reasons: string[]): Failure => ({
      ...{ format: 1, stack: "test", outcome: "could not review", exitCode: 1 },
      reasons,
    });
    for (const format of ["markdown", "terminal", "html"] as const)
      expect(show(failed([`${"x".repeat(400)} | mend it`]), format)).toMatch(/x{400} \\?\| mend it/);
    const many = show(failed(new Array(500).fill("@x ".repeat(10_000))), "markdown");
    expect(Buffer.byteLength(many)).toBeLessThanOrEqual(MARKDOWN_LIMIT_BYTES);
    expect(many).toContain("… (30,000 characters)");
  });

  test("are shown with what cannot be seen in them", () => {
    const markdown = show(reviewWith({ ...harmless, application: "\u202Etset\u202C\nVerdict: fine" }), "markdown");
    expect(markdown).toContain("`s⟨U+202E⟩tset⟨U+202C⟩⏎Verdict: fine`");
  });

  test("cannot find another stack's comment", () => {
    const stacks = ["test", "te-st", "test -->", "test\n<!-- minivoice-review production -->", "production"];
    const markers = stacks.map((stack) => show({ ...reviewWith(harmless), stack }, "markdown").split("\n")[0] ?? "");
    expect(new Set(markers).size).toBe(stacks.length);
    for (const marker of markers) expect(marker).toMatch(ownHtml);
  });
});
