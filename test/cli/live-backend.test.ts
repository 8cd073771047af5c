import { describe, expect, test } from "@jest/globals";
import { CliError } from "../../src/cli/cli-error.ts";
import { assertLiveBackend } from "../../src/cli/live-backend.ts";
import { prepare } from "../../src/cli/prepare.ts";
import type { StackFile } from "../../src/cli/stack-file.ts";

const production: StackFile = { config: { "voice:production": "true" }, encryptionsalt: "v1:abc" };
const onThisMachine = { PULUMI_BACKEND_URL: "file:///home/somebody" };

/** What is refused, and what is said, of one command on the stack `production`. */
function attempt(settings: StackFile, command: string, env: NodeJS.ProcessEnv = onThisMachine) {
  const said: string[] = [];
  try {
    assertLiveBackend({ stack: "production", settings, env }, command, (text) => said.push(text));
    return { said };
  } catch (error) {
    expect(error).toBeInstanceOf(CliError);
    return { said, refused: (error as Error).message };
  }
}

describe("a production stack on a file backend with a passphrase", () => {
  test.each(["up", "update", "refresh", "destroy", "down", "dn", "import", "watch"])("refuses %s", (command) => {
    const { refused } = attempt(production, command);
    expect(refused).toMatch(/^stack "production" is production, and "file:.*\[production-backend\]$/m);
    expect(refused).toMatch(/a passphrase closes its secrets: .* \[production-secrets\]$/m);
    expect(refused).toContain("stacks/Pulumi.production.yaml: `voice:allow: { <rule>: <why> }`");
  });

  test.each(["preview", "pending", "stack", "logs"])("lets %s pass", (command) => {
    expect(attempt(production, command)).toEqual({ said: [] });
  });

  test("goes on where voice:allow says why, and repeats it", () => {
    const allow = { "production-backend": "a bucket comes on Monday", "production-secrets": "so does a key" };
    const allowed = { ...production, config: { ...production.config, "voice:allow": allow } };
    expect(attempt(allowed, "up")).toEqual({
      said: [
        expect.stringMatching(/\[production-backend\]\nallowed by voice:allow: a bucket comes on Monday$/),
        expect.stringMatching(/\[production-secrets\]\nallowed by voice:allow: so does a key$/),
      ],
    });
  });
});

test("a versioned bucket with a cloud key is fine, and so is any place for an experiment", () => {
  const sealed = { ...production, secretsprovider: "awskms://alias/voice" };
  expect(attempt(sealed, "up", { PULUMI_BACKEND_URL: "s3://voice-state" })).toEqual({ said: [] });
  expect(attempt({ encryptionsalt: "v1:abc", config: {} }, "up")).toEqual({ said: [] });
});

test("the front door refuses it for production as it is committed", async () => {
  const workspace = { stack: "acme/voice/production", local: false, command: "", cwd: "", project: "voice" };
  await expect(prepare({ ...workspace, env: onThisMachine }, { command: "destroy" })).rejects.toThrow(
    "[production-backend]",
  );
  await expect(prepare({ ...workspace, env: onThisMachine }, { command: "preview" })).resolves.toBeUndefined();
});
