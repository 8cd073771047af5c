import { expect, test } from "@jest/globals";
import { redact, shownUrl } from "pulumi-minivoice/api";

test.each([
  ["https://example.com/answer", "https://example.com/answer"],
  ["https://example.com/@me", "https://example.com/@me"],
  ["https://example.com/answer?token=hunter2", "https://example.com/answer?…"],
  ["https://example.com/answer#hunter2", "https://example.com/answer?…"],
  ["https://me:hunter2@example.com/answer?token=hunter2", "https://example.com/answer?…"],
  ["https://me:hunter2@exa mple.com/", "https://exa mple.com/"],
  ["https://me:hun?ter2@exa mple.com/", "https://exa mple.com/"],
  ["me:hunter2@example.com/answer", "example.com/answer"],
  ["me:hunter2@example.com?token=hunter2", "example.com?…"],
  ["nowhere", "nowhere"],
])("a URL is shown without credentials and query: %s", (text, shown) => {
  expect(shownUrl(text)).toBe(shown);
});

test("what others say of a URL is shown without its credentials, too", () => {
  expect(redact('answer_url "https://me:hunter2@example.com/a@b" is refused')).toBe(
    'answer_url "https://[redacted]@example.com/a@b" is refused',
  );
});

test("a secret is shown nowhere in a text, and an empty one changes nothing", () => {
  expect(redact("hush, hush", ["hush", "", undefined])).toBe("[redacted], [redacted]");
});
