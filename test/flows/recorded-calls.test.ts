import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { type CompiledFlow, compileAnswers } from "../../src/call-flow/compile.ts";
import { flowsFor } from "../../src/flows/index.ts";
import { createAnswerHandler } from "../../src/functions/answer-handler.ts";
import { type CallFixture, FIXTURE_HOST } from "../../src/verify/call-fixtures.ts";
import { PATHS } from "../../src/verify/planned-calls.ts";
import { retrace } from "../../src/verify/recorded-calls.ts";
import { functionUrlEvent } from "../functions/function-url-event.ts";

const flows = flowsFor("local", { local: true });
const names = Object.keys(flows);
const answers = compileAnswers(Object.fromEntries(names.map((name) => [name, name])), flows);
const handler = createAnswerHandler(answers, { log: () => undefined });

const folder = new URL("../fixtures/calls/", import.meta.url);
const fixture = (flow: string, path: string): CallFixture =>
  JSON.parse(readFileSync(new URL(`${flow}/${path}.json`, folder), "utf8"));
const anew = "If callers are meant to meet this now, record the calls anew: npm start && npx minivoice verify --record";

test("every flow has a recorded call for each path, and no other has one", () => {
  expect(readdirSync(folder).sort()).toEqual([...names].sort());
  for (const name of names)
    expect({ name, paths: readdirSync(new URL(`${name}/`, folder)).sort() }).toEqual({
      name,
      paths: PATHS.map((path) => `${path}.json`).sort(),
    });
});

describe.each(names)("a recorded call to %s", (flow) => {
  test.each(PATHS)("is answered today as it was then: %s", async (path) => {
    const { exchanges, gathered } = fixture(flow, path);
    const today = await Promise.all(exchanges.map(async ({ request }) => ({ request, answer: await ask(request) })));
    same({ exchanges: today }, { exchanges });
    // What is judged from webhooks alone comes to the same.
    const events = gathered.map((data) => ({ event: "call.gathered", createdAt: "2026-05-29T12:00:00Z", data }));
    expect([...retrace(answers.flows[flow] as CompiledFlow, { callId: "call_1", events }).paths]).toEqual([path]);
  });
});

async function ask({ method, path, parameters, in: place }: CallFixture["exchanges"][number]["request"]) {
  const fields = new URLSearchParams(parameters).toString();
  const isQuery = place === "query";
  const result = await handler(
    functionUrlEvent({
      method,
      path: isQuery ? `${path}?${fields}` : path,
      domainName: FIXTURE_HOST,
      ...(!isQuery && { body: place === "form" ? fields : JSON.stringify(parameters) }),
    }),
  );
  return JSON.parse((typeof result === "string" ? result : result.body) ?? "");
}

/** A changed flow is no mistake in itself, so the difference comes with the way to accept it. */
function same(today: unknown, then: unknown): void {
  try {
    expect(today).toEqual(then);
  } catch (error) {
    (error as Error).message += `\n\n${anew}`;
    throw error;
  }
}
