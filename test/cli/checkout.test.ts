import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { closedEnvironment } from "../closed-environment.ts";
import { Checkout } from "./checkout.ts";

const before = { ...process.env };
let own: string;

/** A developer who works on a real stack, with an environment of their own. */
beforeEach(() => {
  own = mkdtempSync(join(tmpdir(), "own-"));
  mkdirSync(join(own, "state"));
  writeFileSync(join(own, "passphrase"), "");
  Object.assign(process.env, {
    PULUMI_ACCESS_TOKEN: "not-a-real-token",
    PULUMI_BACKEND_URL: `file://${own}`,
    PULUMI_STACK: "production",
    MINIVOICE_API_KEY: "mv_test_not_a_real_key",
    AWS_PROFILE: "production",
    VOICE_LOCAL_DIR: own,
    DEBUG: "1",
  });
});
afterEach(() => {
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
  rmSync(own, { recursive: true });
});

describe("what a test starts", () => {
  test("knows nothing of the developer's own settings, but the Pulumi CLI", () => {
    const given = Object.keys(closedEnvironment({ VOICE_STACKS_DIR: "stacks" }));
    const ours = /^(PULUMI|MINIVOICE|AWS|VOICE)_|^DEBUG$/;
    expect(given.filter((name) => ours.test(name)).sort()).toEqual(["PULUMI_COMMAND", "VOICE_STACKS_DIR"]);
    expect(given).toContain("PATH");
  });

  test("works in the checkout, never in the developer's own folder", async () => {
    const checkout = new Checkout();
    try {
      mkdirSync(checkout.local());
      writeFileSync(checkout.local("passphrase"), "");
      expect(await checkout.minivoice("stop", "--reset", "--yes")).toMatchObject({ code: 0, stderr: "" });
      expect(existsSync(checkout.local("passphrase"))).toBe(false);
      expect(existsSync(join(own, "state"))).toBe(true);
    } finally {
      await checkout.remove();
    }
  });
});
