import { expect, test } from "@jest/globals";
import { diffInputs } from "../../../../providers/aws-local/plugin/diff.ts";
import { resourceTypes } from "../../../../providers/aws-local/resources/index.ts";
import type { Properties, ResourceType } from "../../../../providers/aws-local/resources/resource-type.ts";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7";

const diff = (token: string, olds: Properties, news: Properties) =>
  diffInputs(resourceTypes.get(token) as ResourceType, olds, news);
const diffFunction = (olds: Properties, news: Properties) =>
  diff("aws:lambda/function:Function", { name: "answer", ...olds }, { name: "answer", ...news });

test("changes are named to the innermost property", () => {
  const { changes, changed, replaces } = diffFunction(
    { timeout: 3, environment: { variables: { A: "1", B: "2" } }, tags: { "cost:center": "a" } },
    { timeout: 5, environment: { variables: { A: "1", C: "3" } }, tags: { "cost:center": "b" } },
  );
  expect(Object.fromEntries([...changes].map(([path, { kind }]) => [path, kind]))).toEqual({
    timeout: "update",
    "environment.variables.B": "delete",
    "environment.variables.C": "add",
    'tags["cost:center"]': "update",
  });
  expect([...changed].sort()).toEqual(["environment", "tags", "timeout"]);
  expect(replaces).toEqual([]);
});

test("code is compared by content, not by where it lies", () => {
  const archive = (hash: string, path: string) => ({ code: { [SIGNATURE]: ARCHIVE, hash, path } });
  expect(diffFunction(archive("a", "one"), archive("a", "two")).changes.size).toBe(0);
  expect([...diffFunction(archive("a", "one"), archive("b", "one")).changed]).toEqual(["code"]);
});

test("two texts of one policy are the same policy", () => {
  const olds = { role: "r", name: "p", policy: '{"Version":"2012-10-17","Statement":[]}' };
  const news = { ...olds, policy: '{ "Statement": [], "Version": "2012-10-17" }' };
  expect(diff("aws:iam/rolePolicy:RolePolicy", olds, news).changes.size).toBe(0);
});

test("a function's name and its ARN are the same function", () => {
  const url = (functionName: string) => ({ functionName, authorizationType: "NONE" });
  const arn = "arn:aws:lambda:us-east-1:000000000000:function:answer";
  expect(diff("aws:lambda/functionUrl:FunctionUrl", url("answer"), url(arn)).changes.size).toBe(0);
});

test("what AWS cannot change in place replaces", () => {
  const { changes, replaces, deleteBeforeReplace } = diffFunction({}, { name: "other" });
  expect(changes.get("name")).toEqual({ kind: "update", replace: true });
  expect(replaces).toEqual(["name"]);
  expect(deleteBeforeReplace).toBe(false);
});

test("the old one goes first when the new one has the same name, unless the name is generated", () => {
  const table = (hashKey: string, defaults: string[]) => ({ name: "records", hashKey, __defaults: defaults });
  const token = "aws:dynamodb/table:Table";
  expect(diff(token, table("a", []), table("b", [])).deleteBeforeReplace).toBe(true);
  expect(diff(token, table("a", ["name"]), table("b", ["name"])).deleteBeforeReplace).toBe(false);
});
