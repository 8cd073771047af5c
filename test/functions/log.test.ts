import { describe, expect, test } from "@jest/globals";
import { logged } from "../../src/functions/log.ts";
import { ExplainedError } from "../../src/webhooks/explained-error.ts";

describe("an error in the log", () => {
  test("keeps what it quotes to itself, and says where it came from", () => {
    const problem = logged(new SyntaxError('Unexpected token in "+15551230001"\n{"level":"FORGED"}'));
    expect(problem).toEqual({ error: "SyntaxError", at: expect.arrayContaining([expect.stringMatching(/^at /)]) });
    expect(JSON.stringify(problem)).not.toMatch(/15551230001|FORGED/);
  });

  test("says what is ours to say, and what AWS says of actions and resources", () => {
    expect(logged(new ExplainedError("the queue message is no JSON"))).toMatchObject({
      reason: "the queue message is no JSON",
    });
    const denied = Object.assign(new Error("not authorized to perform: sqs:SendMessage"), { $metadata: {} });
    expect(logged(new Error("wrapped", { cause: denied }))).toMatchObject({ reason: denied.message });
  });

  test("need not be an error", () => expect(logged("+15551230001")).toEqual({ error: "string" }));
});
