import { PassThrough } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { expect, test } from "@jest/globals";
import { renderTranscript, wentWell } from "../../src/cli/transcript.ts";
import type { CallRecord } from "../../src/sandbox/control-client.ts";
import { line as lineOf, sandboxWith } from "./account.ts";

/** Whatever the environment says about colours. */
const words = (call: CallRecord) =>
  stripVTControlCharacters(renderTranscript(call, { stream: new PassThrough() as unknown as NodeJS.WriteStream }));

test("a transcript says in words what each action did", async () => {
  const sandbox = await sandboxWith({ assumptions: { webhookRetries: "1 millisecond" } });
  await lineOf(sandbox, () => ({
    actions: [
      { type: "start_recording" },
      { gather: { max_digits: 2, finish_on_key: "#" } },
      { gather: {} },
      { gather: {} },
      ...[{ type: "hold" }, { type: "mute", direction: "read" }, { type: "conference", room: "standup" }],
    ],
  }));
  const call = await sandbox.control.placeCall({ to: "+15551230001", press: ["#", "12", ""] });
  const text = words(call);
  for (const line of [
    "flow       starts recording",
    "flow       waits 5 s for 1 to 2 digits, ends with #",
    "caller     presses the finish key only",
    "caller     presses 1 (2 came too early and is lost)",
    "caller     stays silent",
    "flow       puts the caller on hold",
    "flow       mutes what the caller says",
    "flow       conference room standup, for 30 s",
    "MiniVoice  ends the call: the action list is done",
    "recording.completed  accepted: 204",
    "answered and completed",
  ])
    expect(text).toContain(line);
  expect(wentWell(call)).toBe(true);
});

test("a refused call and lost webhooks are told as such", async () => {
  const sandbox = await sandboxWith({ assumptions: { webhookRetries: "none" } });
  const refused = await sandbox.control.placeCall({ to: "+15551230002" });
  expect(words(refused)).toContain("refuses the call: no application is assigned to +15551230002");
  expect(wentWell(refused)).toBe(false);

  const { application } = await lineOf(sandbox, () => ({ actions: [] }));
  await sandbox.control.editApplication(application.id, { webhookUrl: "http://webhook.invalid/" });
  const unheard = words(await sandbox.control.placeCall({ to: "+15551230001" }));
  expect(unheard).toContain("the action list is empty: the caller hears nothing");
  expect(unheard).toMatch(/call\.created +given up: /);
  expect(unheard).toContain("3 of 3 webhooks were not accepted");
});
