import { expect, test } from "@jest/globals";
import { answeredHere } from "../../src/drift/answered-here.ts";

const endpoints = { answerUrl: "https://fn.example.com/", webhookUrl: "https://fn.example.com/webhook" };
const application = (key: string, answerUrl: string, more = {}) =>
  [
    key,
    {
      id: `app_${key}`,
      name: key,
      answerUrl,
      webhookUrl: endpoints.webhookUrl,
      urn: key,
      fromVoiceFile: true,
      ...more,
    },
  ] as const;
const recorded = {
  endpoints,
  applications: new Map([
    application("support", "https://fn.example.com/answer/support"),
    application("sales", "https://evil.example.com/", {
      changedOutside: ["answer_url"],
      declaredThen: { name: "sales", answerUrl: "https://fn.example.com/answer/sales" },
    }),
    application("billing", "https://billing.example.com/answer/billing"),
  ]),
};

test("without the code, the state tells which applications the functions of the stack answer, whatever a refresh has found since", () => {
  const answered = answeredHere(undefined, undefined, recorded);
  expect([...answered].map(([key, { answerUrl }]) => [key, answerUrl])).toEqual([
    ["support", "https://fn.example.com/answer/support"],
    ["sales", "https://fn.example.com/answer/sales"],
  ]);
});

test("with the code, it is the voice file", () => {
  const voice = { applications: { sales: { name: "Sales", flow: "salesMenu" } }, routes: {} };
  const declared = { applications: new Map(Object.entries(voice.applications)), routes: new Map() };
  expect([...answeredHere(voice, declared, recorded).keys()]).toEqual(["sales"]);
});
