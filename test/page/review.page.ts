/**
 * The HTML report, looked at in a real browser. Not part of `npm test`, since it needs Chromium:
 *
 *   npm run test:page
 *   UPDATE_SCREENSHOTS=1 npm run test:page    # takes the picture in the docs anew
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Browser, Page } from "playwright-core";
import { svgOf } from "../../src/cli/flow-svg.ts";
import { flowsFor } from "../../src/flows/index.ts";
import { render } from "../../src/review/render/index.ts";
import type { Review } from "../../src/review/review.ts";
import { changes, receptionist } from "../review/changes.ts";
import { edited, reading, reviewed } from "../review/versions.ts";
import { openChromium } from "./chromium.ts";
import { brokenImages, faintTexts, wideElements } from "./in-page.mjs";

const screenshot = join(import.meta.dirname, "..", "..", "docs", "images", "review.png");
const schemes = ["light", "dark"] as const;
const folder = mkdtempSync(join(tmpdir(), "review-page-"));
let browser: Browser;

beforeAll(async () => {
  browser = await openChromium();
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What the browser did that the page should not make it do. */
interface Seen {
  page: Page;
  requests: string[];
  messages: string[];
}

async function open(review: Review, scheme: (typeof schemes)[number], width: number): Promise<Seen> {
  const drawings = new Map<string, string>();
  for (const { diagram } of review.blocks.flatMap(({ flows }) => flows))
    if (diagram) drawings.set(diagram, await svgOf(diagram));
  const file = join(folder, "review.html");
  writeFileSync(file, render(review, "html", { width: 100, colours: false }, drawings));
  const page = await browser.newPage({ colorScheme: scheme, viewport: { width, height: 900 } });
  const [requests, messages]: [string[], string[]] = [[], []];
  page.on("request", (request) => requests.push(request.url().replace(/^data:.*/s, "data:")));
  page.on("console", (message) => messages.push(message.text()));
  page.on("pageerror", (error) => messages.push(error.message));
  page.on("dialog", (dialog) => {
    messages.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(pathToFileURL(file).href);
  return { page, requests: [...new Set(requests)], messages };
}

const everything = (name: string): Review => {
  const flows = { ...flowsFor("test"), receptionist: receptionist({ greeting: name, key: "2" }) };
  const voice = edited(
    ['"+15551240002": sales', '"+15551240002": reject'],
    ['"+15551240003": support', '"+15551240003": sales'],
  );
  return reviewed(reading({ flows: { ...flows, receptionist: receptionist({}) } }), reading({ voice, flows }));
};

const hostile = `<script>alert(1)</script><img src=x onerror=alert(1)> \u202Elatrop https://evil.example.com ${"wide".repeat(500)}`;
const reviews: [string, () => Review][] = [
  ["a change of numbers and of a flow", () => everything("Thank you for calling.")],
  ["a prompt that means harm", () => everything(hostile)],
  ...Object.entries(changes),
];

describe.each(schemes)("in a %s browser", (scheme) => {
  test.each(reviews)("%s is legible, within the window and silent", async (_, review) => {
    const { page, requests, messages } = await open(review(), scheme, 1_280);
    expect(messages).toEqual([]);
    expect(requests.filter((url) => url !== "data:" && !url.endsWith("/review.html"))).toEqual([]);
    expect(await page.evaluate(brokenImages)).toEqual([]);
    expect(await page.evaluate(faintTexts, 4.5)).toEqual([]);
    expect(await page.evaluate(wideElements)).toEqual([]);
    await page.setViewportSize({ width: 390, height: 800 });
    expect(await page.evaluate(wideElements)).toEqual([]);
    await page.close();
  });
});

describe("with the keyboard alone", () => {
  test("each folded part is reached and opened", async () => {
    const { page } = await open(everything("Thank you for calling."), "light", 1_280);
    const folds = page.locator("summary");
    const count = await folds.count();
    expect(count).toBeGreaterThan(0);
    for (let index = 0; index < count; index++) {
      await page.keyboard.press("Tab");
      const fold = page.locator("details:has(> summary:focus)");
      const before = await fold.getAttribute("open");
      await page.keyboard.press("Enter");
      expect((await fold.getAttribute("open")) === null).toBe(before !== null);
    }
    await page.close();
  });
});

test("the picture in the docs can be taken", async () => {
  const { page } = await open(everything("Thank you for calling."), "light", 1_120);
  const picture = await page.screenshot({
    fullPage: true,
    ...(process.env.UPDATE_SCREENSHOTS && { path: screenshot }),
  });
  expect(picture.subarray(1, 4).toString()).toBe("PNG");
  await page.close();
});
