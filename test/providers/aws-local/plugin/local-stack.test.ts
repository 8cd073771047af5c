import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { parseUrn, requireLocalStack } from "../../../../providers/aws-local/plugin/local-stack.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "stacks-"));
  await mkdir(join(folder, "stacks"));
  await mkdir(join(folder, "infra/deep"), { recursive: true });
  await writeFile(join(folder, "Pulumi.yaml"), "name: voice\nmain: infra\nstackConfigDir: stacks\n");
  await writeFile(join(folder, "stacks/Pulumi.local.yaml"), "config:\n  voice:local: true\n");
  await writeFile(join(folder, "stacks/Pulumi.mine.yaml"), 'config:\n  voice:local: "true"\n');
  await writeFile(join(folder, "stacks/Pulumi.production.yaml"), "config:\n  aws:region: us-east-1\n");
  await writeFile(join(folder, "stacks/Pulumi.off.yaml"), "config:\n  voice:local: false\n");
  await writeFile(join(folder, "stacks/Pulumi.empty.yaml"), "");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test.each(["local", "mine"])(
  "the stack %s is local: its configuration is found upwards, or where it is said to be",
  (stack) => {
    expect(() => requireLocalStack(stack, "create", undefined, join(folder, "infra/deep"))).not.toThrow();
    expect(() => requireLocalStack(stack, "create", join(folder, "stacks"), tmpdir())).not.toThrow();
  },
);

test.each(["production", "off", "empty", "unheard-of"])("the stack %s is refused", (stack) => {
  expect(() => requireLocalStack(stack, "delete", undefined, folder)).toThrow(
    new RegExp(`refuses to delete resources of the stack "${stack}".*voice:local: true.*Pulumi\\.${stack}\\.yaml`),
  );
});

test("a stack without a project is refused", () => {
  expect(() => requireLocalStack("local", "read", undefined, tmpdir())).toThrow("no Pulumi.yaml was found");
});

test("a URN names stack, innermost type and resource", () => {
  const urn = "urn:pulumi:local::voice::minivoice:VoiceEnvironment$aws:iam/role:Role::answer::role";
  expect(parseUrn(urn)).toEqual({ stack: "local", type: "aws:iam/role:Role", name: "answer::role" });
});
