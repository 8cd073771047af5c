import { describe, expect, test } from "@jest/globals";
import { pipelineOf } from "../../src/cli/deployed-pipeline.ts";

const parent = "urn:pulumi:test::voice::voice:index:VoiceEnvironment$voice:index:WebhookPipeline$";
const arn = (service: string, name: string) => `arn:aws:${service}:eu-central-1:000000000000:${name}`;
const resource = (type: string, name: string, outputs: object, id = name) => ({
  urn: `${parent}${type}::${name}`,
  type,
  id,
  outputs: { name, ...outputs },
});
const table = resource("aws:dynamodb/table:Table", "records-1a2b", { arn: arn("dynamodb", "table/records-1a2b") });
const dead = resource("aws:sqs/queue:Queue", "dead-1a2b", { arn: arn("sqs", "dead-1a2b"), url: "https://sqs/dead" });
const redrivePolicy = JSON.stringify({ deadLetterTargetArn: arn("sqs", "dead-1a2b"), maxReceiveCount: 5 });
const events = resource("aws:sqs/queue:Queue", "events-1a2b", {
  arn: arn("sqs", "events-1a2b"),
  url: "https://sqs/events",
  redrivePolicy,
});
const application = {
  urn: "urn:pulumi:test::voice::voice:index:VoiceEnvironment$pulumi-nodejs:dynamic/minivoice:Application::support",
  type: "pulumi-nodejs:dynamic/minivoice:Application",
  id: "app_1",
  outputs: { name: "Support IVR (test)" },
};
const foreign = { urn: "urn:pulumi:test::voice::aws:sqs/queue:Queue::mine", type: "aws:sqs/queue:Queue", outputs: {} };

describe("the webhook pipeline of a stack", () => {
  test("is found in its state by what the resources are, not by what they are called", () => {
    expect(pipelineOf([foreign, application, dead, table, events], "test")).toEqual({
      region: "eu-central-1",
      table: "records-1a2b",
      events: { url: "https://sqs/events", arn: arn("sqs", "events-1a2b") },
      deadLetters: { url: "https://sqs/dead", arn: arn("sqs", "dead-1a2b") },
      applications: new Map([["app_1", "Support IVR (test)"]]),
    });
  });

  test.each([
    ["no queue", [table, application]],
    ["no table", [events, dead]],
    ["no dead letters", [table, events]],
    ["nothing", []],
  ])("is missing where there is %s, and the message says how to deploy it", (_, resources) => {
    expect(() => pipelineOf(resources, "test")).toThrow(/stack test has no webhook pipeline yet.*minivoice up -s test/);
  });
});
