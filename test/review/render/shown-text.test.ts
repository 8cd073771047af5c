import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { shown } from "../../../src/review/render/shown-text.ts";

describe("foreign text", () => {
  test.each([
    ["plain words", "Support IVR (test)", "Support IVR (test)"],
    ["line breaks", "a\nb\r\nc\u2028d", "a⏎b⏎c⏎d"],
    ["a mark that turns the direction", "Sup\u202Etrop", "Sup⟨U+202E⟩trop"],
    ["invisible letters", "a\u200Bb\u00ADc\u3164d", "a⟨U+200B⟩b⟨U+00AD⟩c⟨U+3164⟩d"],
    ["spaces that are none of the keyboard's", "a\u00A0b", "a⟨U+00A0⟩b"],
    ["control characters", "\u001B[31mred\u0000", "⟨U+001B⟩[31mred⟨U+0000⟩"],
    ["half a character", "\ud800", "⟨U+D800⟩"],
    ["emoji, joined ones as well", "👩‍👩‍👧 🏴󠁧󠁢󠁥󠁮󠁧󠁿 ❤️ 1️⃣", "👩‍👩‍👧 🏴󠁧󠁢󠁥󠁮󠁧󠁿 ❤️ 1️⃣"],
    ["a joiner outside of an emoji", "a\u200Db", "a⟨U+200D⟩b"],
    ["other scripts and their accents", "مرحبا é Ђ 漢", "مرحبا é Ђ 漢"],
    ["accents that pile up", `Z${"\u0301".repeat(40)}!`, `Z${"\u0301".repeat(4)}⟨…⟩!`],
  ])("with %s is shown so that all of it is seen", (_, text, expected) => {
    expect(shown(text)).toBe(expected);
  });

  test("is cut where it is too long, by characters as people count them", () => {
    expect(shown("x".repeat(10), 10)).toBe("x".repeat(10));
    expect(shown("x".repeat(11), 10)).toBe(`${"x".repeat(10)}… (11 characters)`);
    expect(shown("😀".repeat(11), 10)).toBe(`${"😀".repeat(10)}… (22 characters)`);
    expect(shown(`Z${"\u0301".repeat(5_000)}evil`, 10)).toMatch(/… \(5,005 characters\)$/);
  });

  test("of any kind stays within its length and has nothing unseen but what belongs to an emoji", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
        const seen = shown(text, 40);
        expect([...seen].length).toBeLessThanOrEqual(40 + "… (1,234 characters)".length);
        expect(seen.replaceAll(/\p{RGI_Emoji}/gv, "").replace("\u200D…", "…")).not.toMatch(
          /[\p{Cc}\p{Cs}\p{Co}\u202A-\u202E\u2066-\u2069]/u,
        );
      }),
    );
  });
});
