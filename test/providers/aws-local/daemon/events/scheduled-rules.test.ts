import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { ScheduledRules } from "../../../../../providers/aws-local/daemon/events/scheduled-rules.ts";
import type { Functions } from "../../../../../providers/aws-local/daemon/lambda/functions.ts";
import { StateStore } from "../../../../../providers/aws-local/daemon/state.ts";
import { handler, LocalAws } from "../../local-aws.ts";

const RULE = "aws:cloudwatch/eventRule:EventRule";
const TARGET = "aws:cloudwatch/eventTarget:EventTarget";
const PERMISSION = "aws:lambda/permission:Permission";
const RULE_ARN = "arn:aws:events:us-east-1:000000000000:rule/watch";
const FUNCTION_ARN = "arn:aws:lambda:us-east-1:000000000000:function:answer";
const common = { eventBusName: "default", forceDestroy: false };
const rule = { ...common, name: "watch", state: "ENABLED", scheduleExpression: "rate(5 minutes)" };
const target = { ...common, rule: "watch", arn: FUNCTION_ARN };
const permission = {
  action: "lambda:InvokeFunction",
  function: "answer",
  principal: "events.amazonaws.com",
  sourceArn: RULE_ARN,
};

let aws: LocalAws;
beforeEach(async () => {
  aws = await LocalAws.start();
  await aws.createFunction({ files: handler('console.log("went off: " + JSON.stringify(event));') });
  await aws.create(RULE, rule);
});
afterEach(() => aws.remove());

const runAll = () => aws.ask<{ invoked: number }>("/run-schedules", "POST");
const events = () => [...aws.log().matchAll(/went off: (\{.*\})/g)].map(([, text = ""]) => JSON.parse(text));

test("a rule invokes the function that is its target, with the event that AWS sends", async () => {
  await aws.create(PERMISSION, permission);
  const { id, attributes } = await aws.create(TARGET, target);
  expect(id).toBe(`watch-${attributes.targetId}`);
  expect(await runAll()).toEqual({ invoked: 1 });
  expect(events()).toEqual([
    {
      version: "0",
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      "detail-type": "Scheduled Event",
      source: "aws.events",
      account: "000000000000",
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      region: "us-east-1",
      resources: [RULE_ARN],
      detail: {},
    },
  ]);
});

test("a rule that the function does not let in invokes nothing", async () => {
  const told = jest.spyOn(console, "error").mockReturnValue();
  await aws.create(TARGET, target);
  await aws.create(PERMISSION, { ...permission, sourceArn: RULE_ARN.replace("watch", "another") });
  expect(await runAll()).toEqual({ invoked: 0 });
  expect(String(told.mock.calls[0]?.[0])).toContain("does not let the rule watch invoke it");
  await aws.create(PERMISSION, { ...permission, sourceArn: RULE_ARN.replace("watch", "*") });
  expect(await runAll()).toEqual({ invoked: 1 });
  told.mockRestore();
});

test("a rule that is disabled does not go off, and one that is enabled again does, also after a restart", async () => {
  await aws.create(PERMISSION, permission);
  await aws.create(TARGET, target);
  await aws.update(RULE, "watch", { ...rule, state: "DISABLED" });
  expect(await runAll()).toEqual({ invoked: 0 });
  await aws.update(RULE, "watch", rule);
  await aws.restart();
  expect(await runAll()).toEqual({ invoked: 1 });
});

test("a target needs its rule, and a rule stays as long as it has targets", async () => {
  await expect(aws.create(TARGET, { ...target, rule: "none" })).rejects.toThrow(
    "ResourceNotFoundException: Rule none does not exist on EventBus default.",
  );
  const { id } = await aws.create(TARGET, target);
  await expect(aws.delete(RULE, "watch", rule)).rejects.toThrow("Rule can't be deleted since it has targets.");
  await aws.delete(TARGET, id, target);
  await aws.delete(RULE, "watch", rule);
  expect(await runAll()).toEqual({ invoked: 0 });
});

describe("the rate of a rule", () => {
  beforeEach(() => void jest.useFakeTimers({ doNotFake: ["nextTick", "setImmediate"] }));
  afterEach(() => void jest.useRealTimers());

  test("is the time from one event to the next, until it stops", async () => {
    const state = new StateStore(join(aws.stateDir, "second"));
    const resource = { urn: "", region: "us-east-1", attributes: { arn: RULE_ARN } };
    state.setResource(RULE, "watch", { ...resource, id: "watch", inputs: rule });
    state.setResource(TARGET, "watch-1", { ...resource, id: "watch-1", inputs: target });
    state.setPolicy("answer", [{ ...permission, statementId: "one" }]);
    const invoke = jest.fn(async () => ({ result: undefined }));
    const functions = { host: () => ({ invoke }) } as unknown as Functions;
    const rules = new ScheduledRules({ accountId: "000000000000", state, functions });
    rules.start("watch", 300_000);
    await jest.advanceTimersByTimeAsync(299_999);
    expect(invoke).toHaveBeenCalledTimes(0);
    await jest.advanceTimersByTimeAsync(1);
    expect(invoke).toHaveBeenCalledTimes(1);
    await jest.advanceTimersByTimeAsync(600_000);
    expect(invoke).toHaveBeenCalledTimes(3);
    rules.stopAll();
    await jest.advanceTimersByTimeAsync(600_000);
    expect(invoke).toHaveBeenCalledTimes(3);
    expect(readFileSync(join(aws.stateDir, "second/state.json"), "utf8")).toContain("watch-1");
  });
});
