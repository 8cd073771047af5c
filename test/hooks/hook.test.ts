import { describe, expect, test } from "@jest/globals";
import { defineHook, type Hook, type HookContext } from "../../src/hooks/hook.ts";
import { hooks } from "../../src/hooks/index.ts";
import type { CallEvent } from "../../src/webhooks/call-event.ts";

const logged: unknown[] = [];
const context: HookContext = {
  idempotencyKey: "key-1",
  signal: new AbortController().signal,
  log: { info: (message, properties) => void logged.push({ message, ...properties }) },
};
const event = (name: string, data: Record<string, unknown> = {}): CallEvent => ({
  event: name,
  createdAt: "2026-05-29T12:00:00Z",
  callId: "call_1",
  call: { applicationId: "app_1", from: "+15551230001" },
  variables: {},
  data,
  late: false,
  truncated: false,
});

describe("a hook", () => {
  test("is given its event with the fields that the contract documents, typed", async () => {
    const pressed: string[] = [];
    const hook = defineHook({
      name: "notes",
      on: ["call.gathered", "call.failed"],
      run(happened) {
        // The name tells the type of the data: this would not compile for another event.
        if (happened.event === "call.gathered") pressed.push(happened.data.digits?.toUpperCase() ?? "nothing");
      },
    });
    await hook.run(event("call.gathered", { digits: "a1" }), context);
    await hook.run(event("call.failed"), context);
    expect([hook.on, pressed]).toEqual([["call.gathered", "call.failed"], ["A1"]]);
  });

  test("may want events that nobody knows yet, and all of them", () => {
    expect(defineHook({ name: "new", on: "call.transcribed", run() {} }).on).toEqual(["call.transcribed"]);
    expect(defineHook({ name: "all", on: "*", run() {} }).on).toBeUndefined();
  });

  test("that throws at once fails like one that rejects", async () => {
    const hook = defineHook({
      name: "broken",
      on: "*",
      run() {
        throw new Error("at once");
      },
    });
    await expect(hook.run(event("call.created"), context)).rejects.toThrow("at once");
  });

  test.each<[string, () => Hook, string]>([
    ["a name that cannot be kept", () => defineHook({ name: "My CRM", on: "*", run() {} }), '"My CRM"'],
    ["no time", () => defineHook({ name: "crm", on: "*", timeoutSeconds: 0, run() {} }), "timeoutSeconds"],
  ])("cannot be defined with %s", (_, define, problem) => expect(define).toThrow(problem));
});

describe("the hooks of this project", () => {
  test("have names of their own, under which their progress is kept", () => {
    const names = hooks.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  test("log a completed call without its caller", async () => {
    const hook = hooks.find(({ name }) => name === "log-completed-call");
    await hook?.run(event("call.completed"), context);
    expect(logged).toEqual([
      { message: "call completed", application_id: "app_1", late: false, idempotency_key: "key-1" },
    ]);
  });
});
