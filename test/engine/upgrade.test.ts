import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { forEachTest } from "./environment.ts";
import { createLegacy, firstVersionAccount, firstVersionProgram } from "./first-version.ts";

const fixture = join(import.meta.dirname, "../fixtures/pulumi-minivoice/state-0.1.0.json");
const account = forEachTest(firstVersionAccount);

interface State {
  deployment: { resources: { urn: string; id?: string; type: string; outputs?: Record<string, unknown> }[] };
}
const exported = async (): Promise<State> => JSON.parse(await account.project.pulumi(["stack", "export"]));

describe("the state that version 0.1.0 wrote", () => {
  test("is the layout that today's code writes", async () => {
    await createLegacy(account.sandbox);
    // Rotated once, so that the previous secret is in the state as well.
    await account.project.write(firstVersionProgram.replace("2026-11", "2026-10"));
    await account.project.up();
    await account.project.write(firstVersionProgram);
    expect((await account.project.up()).failed).toBe(false);
    expect(layoutOf(await exported())).toEqual(layoutOf(JSON.parse(await readFile(fixture, "utf8"))));
  });

  test("is what today's code goes on from: no change, no request, then edits, refresh and destroy", async () => {
    const { project, sandbox } = account;
    await project.write(firstVersionProgram);
    await importIntoAccount();

    account.forgetRequests();
    const unchanged = { failed: false, steps: [], diffs: {}, text: "" };
    expect(await project.preview({ expectNoChanges: true })).toEqual(unchanged);
    expect(await project.up()).toEqual(unchanged);
    expect(sandbox.requests).toEqual([]);

    expect(await project.refresh()).toMatchObject({ failed: false, text: "" });
    expect(await project.up()).toEqual(unchanged);
    expect(account.writes()).toEqual([]);

    await project.write(
      firstVersionProgram.replace('"+15551230002": "reject"', '"+15551230002": legacy.applicationId'),
    );
    expect(await project.up()).toMatchObject({ failed: false, steps: ["update DidRouteTable numbers"] });
    expect(account.writes()).toHaveLength(1);
    expect(await account.live("+15551230002")).toBe("webhook Legacy");

    expect(await project.destroy()).toMatchObject({ failed: false });
    expect((await sandbox.control.listApplications()).filter(({ portal }) => !portal)).toEqual([]);
    for (const number of firstVersionAccount.numbers) expect(await account.live(number)).toBe("reject nobody");
  });
});

/** Makes the account hold what the state says, and the state name what the account holds. */
async function importIntoAccount(): Promise<void> {
  const { project, sandbox } = account;
  const support = await sandbox.control.createApplication({
    name: "Support",
    answerUrl: "https://example.com/support",
    webhookUrl: "https://example.com/hooks",
  });
  const legacy = await createLegacy(sandbox);
  for (const [number, id] of Object.entries({
    "+15551230001": support.id,
    "+15551230002": null,
    "+15551230003": legacy.id,
    "+15551230004": null,
  }))
    await sandbox.control.assign(number, id);

  const text = await readFile(fixture, "utf8");
  const numbers = new Map((await sandbox.control.listNumbers()).map(({ number, id }) => [number, id]));
  const live: Record<string, string | undefined> = { support: support.id, legacy: legacy.id };
  const ids = new Map<string, string>();
  for (const { id, urn, type, outputs } of (JSON.parse(text) as State).deployment.resources) {
    const liveId = type.endsWith(":Application")
      ? live[urn.split("::").at(-1) ?? ""]
      : numbers.get(String(outputs?.number));
    if (id && liveId) ids.set(`"${id}"`, `"${liveId}"`);
  }
  const state = join(project.directory, "state-of-the-first-version.json");
  // In one pass, because an id of the state may be another object's id in the account.
  await writeFile(
    state,
    text.replace(/"(app|did)_[^"]+"/g, (id) => ids.get(id) ?? id),
  );
  await project.pulumi(["stack", "import", "--file", state]);
}

/** What the state says of our resources, without what differs from run to run. */
function layoutOf({ deployment }: State): unknown {
  const ours = deployment.resources
    .filter(({ type }) => type.startsWith("pulumi-nodejs:dynamic/minivoice:"))
    .sort((a, b) => (a.urn < b.urn ? -1 : 1));
  return JSON.parse(JSON.stringify(ours), (key, value) => {
    if (["created", "modified", "sourcePosition", "stackTrace"].includes(key)) return undefined;
    if (value?.ciphertext) return "a secret";
    return typeof value === "string"
      ? value
          .replace(/\bapp_\d\S*$/, "an application")
          .replace(/\bdid_\d+$/, "a number")
          .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/, "a UUID")
          .replace(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/, "a time")
      : value;
  });
}
