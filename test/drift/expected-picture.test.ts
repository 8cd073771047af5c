import { expect, test } from "@jest/globals";
import { type ExpectedPicture, parsePicture, pictureText } from "../../src/drift/expected-picture.ts";

const picture: ExpectedPicture = {
  version: 1,
  applications: {
    support: { id: "app_1", name: "Support", answerUrl: "https://example.com/a", hidden: ["webhookUrl"] },
  },
  routes: { "+15551230001": "app_1", "+15551230002": "reject" },
};

test("what was written is read as what was recorded", () => {
  expect(parsePicture(pictureText(picture))).toEqual({
    applications: new Map([["support", picture.applications.support]]),
    routes: new Map([
      ["+15551230001", { entry: "app_1" }],
      ["+15551230002", { entry: "reject" }],
    ]),
  });
});

test.each([
  ["", "it must be a JSON object"],
  ["null", "it must be a JSON object"],
  ["{}", "version must be 1, and is undefined: deploy the stack again"],
  ['{"version":1,"routes":{}}', "applications must be an object"],
  [
    '{"version":1,"applications":{"a":{"id":"app_1"}},"routes":{}}',
    "applications.a must have a text as its id and its name",
  ],
  ['{"version":1,"applications":{},"routes":[]}', "routes must be an object"],
  ['{"version":1,"applications":{},"routes":{"+15551230001":null}}', "routes.+15551230001 must be a text"],
])("%s is refused by what is wrong with it", (text, problem) => {
  expect(() => parsePicture(text)).toThrow(`the expected picture is malformed: ${problem}`);
});
