import { expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { type Deployed, deployedPicture } from "../../infra/deployed-picture.ts";
import type { ExpectedPicture } from "../../src/drift/expected-picture.ts";

/** Outputs as resources have them after an `up`. */
const deployed = (answerUrl: pulumi.Output<string>) =>
  ({
    applications: {
      support: {
        applicationId: pulumi.output("app_1"),
        name: pulumi.output("Support"),
        customerId: pulumi.output("cust_1"),
        answerUrl,
        webhookUrl: pulumi.output(undefined),
        apiKey: pulumi.secret("mv_test_not_a_real_key"),
      },
    },
    numbers: { routes: pulumi.output({ "+15551230001": "app_1", "+15551230002": "reject" }) },
  }) as unknown as Deployed;

const pictureOf = (output: pulumi.Output<ExpectedPicture>) =>
  new Promise<ExpectedPicture>((resolve) => void output.apply((picture) => resolve(picture)));

test("the picture has what was read back, and nothing of the keys", async () => {
  const picture = deployedPicture(deployed(pulumi.output("https://example.com/answer")));
  expect(JSON.parse(JSON.stringify(await pictureOf(picture)))).toEqual({
    version: 1,
    applications: {
      support: { id: "app_1", name: "Support", customerId: "cust_1", answerUrl: "https://example.com/answer" },
    },
    routes: { "+15551230001": "app_1", "+15551230002": "reject" },
  });
  expect(await pulumi.isSecret(picture)).toBe(false);
});

test("of a URL that is a secret it says no more than that", async () => {
  const picture = deployedPicture(deployed(pulumi.secret("https://example.com/answer?token=hush")));
  expect(JSON.stringify(await pictureOf(picture))).not.toContain("hush");
  expect((await pictureOf(picture)).applications.support).toMatchObject({ id: "app_1", hidden: ["answerUrl"] });
  expect(await pulumi.isSecret(picture)).toBe(false);
});
