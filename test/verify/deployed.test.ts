import { inspect } from "node:util";
import { describe, expect, test } from "@jest/globals";
import { StateUnreadable } from "../../src/stack-state/exported-state.ts";
import { deployedIn } from "../../src/verify/deployed.ts";
import { signWebhook } from "../../src/webhooks/signature.ts";

const SECRET = "not-a-real-secret";
const secret = (value: string) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  plaintext: JSON.stringify(value),
});
const urn = (type: string, name: string) => `urn:pulumi:test::voice::${type}::${name}`;
const resource = (type: string, name: string, inputs: object, outputs: object = {}, more: object = {}) => ({
  urn: urn(type, name),
  type,
  inputs,
  outputs: { ...inputs, ...outputs },
  ...more,
});
const MINIVOICE = "pulumi-nodejs:dynamic/minivoice:";
const exported = (...resources: object[]) => ({ version: 3, deployment: { resources } });

const support = resource(
  `${MINIVOICE}Application`,
  "support",
  { name: "Support", answerUrl: "https://a.example.com/answer/support", webhookSecret: secret(SECRET) },
  { answerUrl: "https://old.example.com", apiKey: secret("mv_test_not_a_real_key") },
  { id: "app_1" },
);

describe("what a stack holds", () => {
  test("is read from its resources, as it was declared", () => {
    const deployed = deployedIn(
      exported(
        {
          urn: urn("pulumi:pulumi:Stack", "voice-test"),
          type: "pulumi:pulumi:Stack",
          outputs: {
            environment: {
              revision: "abc",
              answerLog: "answer-log",
              flows: { receptionist: "0123" },
              applications: { support: { flow: "receptionist" } },
            },
          },
        },
        support,
        resource(`${MINIVOICE}DidRouteTable`, "numbers", {
          routes: { "+15551240002": "reject", "+15551240001": "app_1" },
        }),
        resource(`${MINIVOICE}DidRoute`, "one", { number: "+15551240003", applicationId: "app_1" }),
        resource(`${MINIVOICE}DidRoute`, "two", { number: "+15551240004", mode: "reject" }),
        resource("aws:lambda/function:Function", "voice-test-answer", { loggingConfig: { logGroup: "answer-log" } }),
        resource("aws:dynamodb/table:Table", "other", { hashKey: "id", name: "other" }),
        resource(
          "aws:dynamodb/table:Table",
          "records",
          { hashKey: "callId", rangeKey: "eventKey", name: "records-1" },
          { arn: "arn:aws:dynamodb:eu-north-1:000000000000:table/records-1" },
        ),
        resource(
          "aws:lambda/eventSourceMapping:EventSourceMapping",
          "events",
          { eventSourceArn: "arn:aws:sqs:eu-north-1:000000000000:events-1", functionName: "worker-1" },
          { functionArn: "arn:aws:lambda:eu-north-1:000000000000:function:worker-1" },
        ),
      ),
    );
    expect(deployed).toMatchObject({
      applications: [
        { key: "support", id: "app_1", answerUrl: "https://a.example.com/answer/support", flow: "receptionist" },
      ],
      flowDigests: { receptionist: "0123" },
      revision: "abc",
      answerLog: "answer-log",
      records: { table: "records-1", region: "eu-north-1" },
      queue: { name: "events-1", worker: "worker-1" },
    });
    expect([...deployed.routes]).toEqual([
      ["+15551240001", "app_1"],
      ["+15551240002", "reject"],
      ["+15551240003", "app_1"],
      ["+15551240004", "reject"],
    ]);
  });

  test("signs as MiniVoice does, and shows its secret to nobody", () => {
    const deployed = deployedIn(exported(support));
    const [application] = deployed.applications;
    expect(application?.sign?.("1780056600", "{}")).toBe(signWebhook(SECRET, "1780056600", "{}"));
    for (const shown of [JSON.stringify(deployed), inspect(deployed, { depth: null, showHidden: true })])
      expect(shown).not.toMatch(/not-a-real|mv_test/);
  });

  test("is without what is being replaced, and without what cannot be read", () => {
    const sealed = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:x" };
    const deployed = deployedIn(
      exported(
        { ...support, delete: true },
        resource(
          `${MINIVOICE}Application`,
          "sales",
          { name: "Sales", webhookSecret: sealed },
          { webhookSecretHash: "h" },
        ),
      ),
    );
    expect(deployed.applications).toMatchObject([{ key: "sales", secretUnverified: true }]);
    expect(deployed.applications[0]).not.toHaveProperty("sign");
  });

  test.each([[undefined], ["text"], [{}], [{ deployment: { resources: [{}] } }]])("is not in %j", (state) => {
    expect(() => deployedIn(state)).toThrow(StateUnreadable);
  });
});
