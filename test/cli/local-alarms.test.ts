import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { startAwsLocal } from "../../providers/aws-local/index.ts";
import { DaemonClient } from "../../providers/aws-local/plugin/daemon-client.ts";
import { alarmsOn } from "../../src/cli/local-alarms.ts";
import { renderAlarms } from "../../src/cli/screen.ts";

const silent = {
  ...{ namespace: "MiniVoice/Voice", metricName: "DriftChecks", dimensions: { stack: "local" }, statistic: "Sum" },
  ...{ period: 60, evaluationPeriods: 1, threshold: 1, comparisonOperator: "LessThanThreshold" },
};

test("the alarms of the local AWS that are on are shown with what they mean, and no others", async () => {
  const stateDir = await mkdtemp(join(tmpdir(), "aws-local-"));
  const aws = await startAwsLocal({ stateDir });
  const state = { ...aws, name: "aws-local", pid: process.pid, startedAt: "" };
  try {
    expect(renderAlarms((await alarmsOn(state)) ?? [])).toBe("none is on");
    const client = new DaemonClient({ AWS_LOCAL_URL: aws.url, AWS_LOCAL_TOKEN: aws.token });
    for (const [name, treatMissingData] of [
      ["stopped", "breaching"],
      ["quiet", "notBreaching"],
    ])
      await client.send("create", {
        ...{ type: "aws:cloudwatch/metricAlarm:MetricAlarm", urn: `urn:${name}`, region: "us-east-1" },
        inputs: { ...silent, name, treatMissingData, alarmDescription: "The watch has stopped." },
      });
    const alarms = await alarmsOn(state);
    expect(alarms).toEqual([
      { name: "stopped", since: expect.stringMatching(/^\d{4}-/), description: "The watch has stopped." },
    ]);
    expect(renderAlarms(alarms ?? [])).toMatch(/^stopped, since \S+\n {2}The watch has stopped\.$/);
    expect(await alarmsOn({ ...state, token: "another" })).toBeUndefined();
  } finally {
    await aws.close();
    await rm(stateDir, { recursive: true });
  }
  expect(await alarmsOn(state)).toBeUndefined();
  expect(await alarmsOn(undefined)).toBeUndefined();
});
