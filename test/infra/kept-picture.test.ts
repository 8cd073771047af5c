import { expect, test } from "@jest/globals";
import { keptPicture } from "../../infra/kept-picture.ts";

const kept = { revision: "0123abc", flows: { menu: "0123456789ab" }, answeredBy: { support: "menu" } };

test("a run of a part is told what the outputs go on saying, and any other run nothing", () => {
  expect(keptPicture({ VOICE_KEPT_PICTURE: JSON.stringify(kept) })).toEqual(kept);
  expect(keptPicture({ VOICE_KEPT_PICTURE: "" })).toBeUndefined();
  expect(keptPicture({})).toBeUndefined();
});

test.each(["{", "[]", '{"flows":{}}', JSON.stringify({ ...kept, stack: "test" })])("%s is refused", (text) => {
  expect(() => keptPicture({ VOICE_KEPT_PICTURE: text })).toThrow("VOICE_KEPT_PICTURE is not what minivoice sets");
});
