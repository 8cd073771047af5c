import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { DUMMY_SECRET, workingCopy } from "../../src/cli/stack-file.ts";

const copyOf = (tracked: string, base?: string, copy?: string) =>
  parse(workingCopy(tracked, base, copy, "Pulumi.test.yaml"));

const tracked = `
secretsprovider: awskms://alias/voice
encryptedkey: not-a-key
config:
  aws:region: eu-central-1
  minivoice:apiKey: { secure: not-a-ciphertext }
  voice:nested: { list: [{ secure: not-a-ciphertext }] }
`;

describe("the working copy of a stack file", () => {
  test("has a dummy for each secret that only the real key opens, and no trace of that key", () => {
    expect(copyOf(tracked)).toEqual({
      config: {
        "aws:region": "eu-central-1",
        "minivoice:apiKey": DUMMY_SECRET,
        "voice:nested": { list: [DUMMY_SECRET] },
      },
    });
  });

  test("follows the tracked file and keeps what the engine added to the copy", () => {
    const base = workingCopy(tracked, undefined, undefined, "Pulumi.test.yaml");
    const grown = `${base}encryptionsalt: v1:abc=\n`;
    const edited = tracked.replace("eu-central-1", "eu-west-1");
    expect(copyOf(edited, base, grown)).toMatchObject({
      encryptionsalt: "v1:abc=",
      config: { "aws:region": "eu-west-1", "minivoice:apiKey": DUMMY_SECRET },
    });
  });

  test("keeps what was set for this machine only, until the tracked file drops everything else", () => {
    const base = "config: { a: 1, b: 2 }";
    const copy = "config: { a: 1, b: 3, c: 4 }";
    expect(copyOf("config: { b: 2 }", base, copy)).toEqual({ config: { b: 3, c: 4 } });
  });

  test("of a file that is no YAML is an error that names it", () => {
    expect(() => copyOf("config: {")).toThrow("Pulumi.test.yaml is not valid YAML");
  });
});
