/** Where codes are kept while the diagram is laid out: characters for private use, which are in no prompt of ours. */
const PRIVATE = 0xe000;

/**
 * A diagram of `diagramOf` as an SVG file: without a browser, without a script, and without a font from elsewhere.
 *
 * The renderer decodes entities before it parses, so a prompt could draw arrows. Each of Mermaid's codes is one
 * character until the picture is made.
 */
export async function svgOf(mermaid: string): Promise<string> {
  // 8 MB with its layout engine: loaded by whoever draws, and by nothing else.
  const { renderMermaidSVG } = await import("beautiful-mermaid");
  const codes = [...new Set(Array.from(mermaid.matchAll(/#(\d+);/g), ([, code]) => Number(code)))];
  const kept = mermaid.replaceAll(/#(\d+);/g, (_, code) => String.fromCodePoint(PRIVATE + codes.indexOf(Number(code))));
  const svg = renderMermaidSVG(kept, { bg: "#ffffff", fg: "#27272a", font: "system-ui" });
  return svg
    .replaceAll(/[\uE000-\uF8FF]/g, (character) => `&#${codes[character.charCodeAt(0) - PRIVATE]};`)
    .replaceAll(/^\s*@import url\([^)]*\);\n?/gm, "");
}
