import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { deployedIn } from "../../../src/cli/deployed-stack.ts";
import { plannedApplications } from "../../../src/review/sources/planned-applications.ts";
import { plannedSteps } from "../../../src/review/sources/planned-steps.ts";
import type { PreviewStep } from "../../../src/stack-state/preview-step.ts";
import { recorded } from "../engine-previews.ts";

const urn = (kind: string, name: string) =>
  `urn:pulumi:local::voice::voice:index:VoiceEnvironment$pulumi-nodejs:dynamic/minivoice:${kind}::${name}`;

describe("what the engine plans", () => {
  test("is a step for each resource that would change, with the paths that differ and without a value", () => {
    const steps = plannedSteps(recorded("many-changes"));
    expect(steps.map(({ op, name, changed }) => [op, name, changed])).toEqual([
      ["create", "billing", []],
      ["update", "reminders", ["name", "webhookSecret"]],
      ["update", "sales", ["webhookSecret"]],
      ["update", "support", ["webhookSecret"]],
      ["update", "numbers", ['routes["+15551230001"]', 'routes["+15551230004"]']],
      ["update", "webhook", ["keeper"]],
      ["update", "voice-local-answer", ["code"]],
      ["update", "voice-local-webhook-secret", ["value"]],
    ]);
    expect(JSON.stringify(steps)).not.toMatch(/Reminders|127\.0\.0\.1|app_/);
  });

  test("tells a replacement and its reason, and what is deleted", () => {
    const steps = plannedSteps(recorded("replaced-application"));
    expect(steps.map(({ op, name, replaceKeys, declared }) => [op, name, replaceKeys, declared !== undefined])).toEqual(
      [
        ["delete", "sales", [], false],
        ["replace", "support", ["id"], true],
        ["update", "numbers", [], true],
        ["update", "voice-local-answer", [], true],
      ],
    );
  });

  test("is the same whichever names the engine makes up for what is new, and another when something else is declared", () => {
    const table = (name: string, more: object = {}): PreviewStep[] => [
      { op: "create", urn: urn("Other", "log"), newState: { type: "a:b:C", custom: true, inputs: { name, ...more } } },
      {
        op: "create",
        urn: urn("Other", "user"),
        newState: { type: "a:b:D", custom: true, inputs: { uses: `arn:${name}` } },
      },
    ];
    expect(plannedSteps(table("log-0123abc"))).toEqual(plannedSteps(table("log-89ef456")));
    expect(plannedSteps(table("log-0123abc"))).not.toEqual(plannedSteps(table("log-0123abc", { days: 30 })));
  });

  test("leaves out components, providers, and what stays or is only read", () => {
    const newState = { type: "a:b:C" };
    expect(
      plannedSteps([
        { op: "same", urn: "urn:a", newState },
        { op: "read", urn: "urn:b", newState },
        { op: "create", urn: "urn:c", newState: { ...newState, custom: false } },
        { op: "create", urn: "urn:d", newState: { type: "pulumi:providers:aws", custom: true } },
        { op: "update", urn: "urn:e" },
      ]),
    ).toEqual([]);
  });

  test("takes the parts of a replacement for one step", () => {
    const state = { type: "a:b:C", custom: true };
    const parts: PreviewStep[] = [
      { op: "create-replacement", urn: "urn:a", oldState: state, newState: state, replaceReasons: ["name"] },
      { op: "replace", urn: "urn:a", oldState: state, newState: state, diffReasons: ["name"] },
      { op: "delete-replaced", urn: "urn:a", oldState: state },
    ];
    expect(plannedSteps(parts)).toEqual([
      expect.objectContaining({
        op: "replace",
        changed: ["name"],
        replaceKeys: ["name"],
        declared: expect.any(String),
      }),
    ]);
  });
});

test("of an application that the engine would write, the fields are told as reports show them", () => {
  const fields = plannedApplications(recorded("many-changes"));
  expect(fields.get(urn("Application", "reminders"))?.fields).toEqual([
    { field: "name", from: "Appointment reminders (local)", to: "Reminders (local)" },
    { field: "webhookSecret" },
  ]);
  const moved = plannedApplications([
    {
      op: "update",
      urn: "urn:a",
      oldState: {
        type: "",
        outputs: {
          name: "A",
          answerUrl: "https://a.example.com/answer?key=1",
          webhookUrl: "https://a.example.com/?key=1",
        },
      },
      newState: {
        type: "pulumi-nodejs:dynamic/minivoice:Application",
        inputs: { name: "A", answerUrl: "04da6b54-80e4-46f7-96ec-b56ff0331ba9", webhookUrl: "[secret]" },
      },
      detailedDiff: { webhookUrl: null },
    },
  ]);
  expect(moved.get("urn:a")).toEqual({
    key: "urn:a",
    fromVoiceFile: false,
    becomes: { name: "A", hidden: ["answerUrl", "webhookUrl"] },
    fields: [
      { field: "answerUrl", from: "host-7653e495/answer", unknown: true },
      { field: "webhookUrl", from: "https://a.example.com/?…", to: "[secret]" },
    ],
  });
});

test("what is deployed is read from the state: applications and numbers by key and id, the flows by their digest", () => {
  const state = readFileSync(join(import.meta.dirname, "..", "..", "fixtures", "pulumi", "state.json"), "utf8");
  const { applications, routes, revision, flows } = deployedIn(JSON.parse(state));
  const support = applications.get("support");
  expect(support).toMatchObject({ name: "Support IVR (local)", flow: "receptionist" });
  expect([...applications.keys()]).toEqual(["reminders", "sales", "support"]);
  expect(Object.fromEntries(routes)).toMatchObject({ "+15551230001": support?.id, "+15551230009": "reject" });
  expect(revision).toMatch(/^[0-9a-f]{40}-dirty$/);
  expect(Object.keys(flows)).toEqual(["appointmentReminder", "receptionist", "salesMenu"]);
});
