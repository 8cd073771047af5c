import { describe, expect, test } from "@jest/globals";
import { diffInputs } from "../../../../providers/aws-local/plugin/diff.ts";
import { queue } from "../../../../providers/aws-local/resources/queue.ts";
import { UNKNOWN } from "../../../../providers/aws-local/resources/resource-type.ts";
import { check } from "../checked.ts";

const DEAD_LETTERS = "arn:aws:sqs:us-east-1:000000000000:dead-letters";
const redrive = (policy: object) => ({ redrivePolicy: JSON.stringify(policy) });

test("what AWS fills in is known in preview", () => {
  const { inputs, failures } = check(queue.token, {});
  expect(failures).toEqual([]);
  expect(inputs).toMatchObject({
    name: expect.stringMatching(/^answer-[0-9a-f]{7}$/),
    visibilityTimeoutSeconds: 30,
    messageRetentionSeconds: 345_600,
    maxMessageSize: 262_144,
  });
});

test("unknown values pass", () => {
  expect(check(queue.token, { redrivePolicy: UNKNOWN, visibilityTimeoutSeconds: UNKNOWN }).failures).toEqual([]);
});

describe("refused", () => {
  test.each([
    ["a first-in-first-out queue", { fifoQueue: true }, /"fifoQueue" .* is true: true is not implemented/],
    ["a key of one's own", { kmsMasterKeyId: "alias/mine" }, /property "kmsMasterKeyId" .* is not implemented/],
    ["a name that AWS does not take", { name: "events.fifo" }, /must be 1 to 80 letters, digits, - or _/],
    ["too long a visibility timeout", { visibilityTimeoutSeconds: 43_201 }, /"visibilityTimeoutSeconds" .* is 43201/],
    ["a redrive policy that is not JSON", { redrivePolicy: "{" }, /the redrive policy is not JSON/],
    [
      "a redrive policy without a count",
      redrive({ deadLetterTargetArn: DEAD_LETTERS }),
      /"redrivePolicy" .*: maxReceiveCount: /,
    ],
    [
      "a count in quotes",
      redrive({ deadLetterTargetArn: DEAD_LETTERS, maxReceiveCount: "5" }),
      /"redrivePolicy" .*: maxReceiveCount: /,
    ],
    [
      "sources of dead letters without their list",
      { redriveAllowPolicy: JSON.stringify({ redrivePermission: "byQueue" }) },
      /sourceQueueArns goes with redrivePermission "byQueue", and with nothing else/,
    ],
  ])("%s", (_name, inputs, message) => {
    expect(check(queue.token, inputs).failures).toEqual([expect.stringMatching(message)]);
  });
});

test("two texts of one redrive policy are the same policy, and another one changes the queue in place", () => {
  const olds = { name: "events", redrivePolicy: `{"deadLetterTargetArn":"${DEAD_LETTERS}","maxReceiveCount":5}` };
  const same = { ...olds, redrivePolicy: `{ "maxReceiveCount": 5, "deadLetterTargetArn": "${DEAD_LETTERS}" }` };
  expect(diffInputs(queue, olds, same).changes.size).toBe(0);
  const other = { ...olds, redrivePolicy: olds.redrivePolicy.replace("5", "6") };
  expect(diffInputs(queue, olds, other)).toMatchObject({ changed: new Set(["redrivePolicy"]), replaces: [] });
});
