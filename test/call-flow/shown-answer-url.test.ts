import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { shownAnswerUrl } from "../../src/call-flow/shown-answer-url.ts";

describe("an answer URL, as it is shown", () => {
  test("keeps the path, and of the host a short hash", () => {
    const shown = shownAnswerUrl("https://abc.lambda-url.eu-central-1.on.aws/answer/support/menu.1");
    expect(shown).toMatch(/^host-[0-9a-f]{8}\/answer\/support\/menu\.1$/);
  });

  test("is the same for the same host, however it is written, and another one for another host or port", () => {
    const shown = (host: string) => shownAnswerUrl(`https://${host}/answer`);
    expect(shown("Voice.Example.com:443")).toBe(shown("voice.example.com"));
    expect(shown("voice.example.com:8443")).not.toBe(shown("voice.example.com"));
    expect(shown("voice.example.org")).not.toBe(shown("voice.example.com"));
  });

  test("holds no query, no fragment, no credentials and no host", () => {
    const shown = shownAnswerUrl("https://user:secret@voice.example.com/answer/support?from=%2B15550100123#part");
    expect(shown).toMatch(/^host-[0-9a-f]{8}\/answer\/support$/);
  });

  test.each(["", "voice.example.com/answer", "sip:desk@example.com", "javascript:alert(1)", "https://"])(
    "says of %p that it is none",
    (text) => expect(shownAnswerUrl(text)).toBe("not a URL"),
  );

  test("is one printable line for any text", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.webUrl({ withQueryParameters: true })), (url) => {
        expect(shownAnswerUrl(url)).toMatch(/^(?:not a URL|host-[0-9a-f]{8}\/[\x21-\x7e]*)$/);
      }),
    );
  });
});
