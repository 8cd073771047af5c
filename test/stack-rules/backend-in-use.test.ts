import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { backendInUse } from "../../src/stack-rules/backend-in-use.ts";
import { liveBackendProblems } from "../../src/stack-rules/live-backend.ts";

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "login-"));
  mkdirSync(join(home, ".pulumi"));
});
afterAll(() => rmSync(home, { recursive: true }));
const login = (text: string) => writeFileSync(join(home, ".pulumi", "credentials.json"), text);

describe("the backend that Pulumi works with", () => {
  test("is the one that somebody logged in to, unless a variable says another", () => {
    login(JSON.stringify({ current: "file://~", accessTokens: { "file://~": "not-a-real-token" } }));
    expect(backendInUse({ HOME: home })).toBe("file://~");
    expect(backendInUse({ PULUMI_HOME: join(home, ".pulumi"), HOME: "/nowhere" })).toBe("file://~");
    expect(backendInUse({ HOME: home, PULUMI_BACKEND_URL: "s3://voice-state" })).toBe("s3://voice-state");
  });

  test("keeps production from a login on one machine, whether a token is set or not", () => {
    login(JSON.stringify({ current: "file:///srv/state" }));
    for (const env of [{ HOME: home }, { HOME: home, PULUMI_ACCESS_TOKEN: "not-a-real-token" }]) {
      const problems = liveBackendProblems("production", { secretsprovider: "awskms://alias/voice" }, env);
      expect(problems).toEqual({ "production-backend": expect.stringContaining('"file:///srv/state"') });
    }
  });

  test.each(["", "{", "[]", "null", '{"current":5}', "{}"])("is unknown where the note of it is %j", (text) => {
    login(text);
    expect(backendInUse({ HOME: home })).toBe("");
    expect(backendInUse({})).toBe("");
  });
});
