import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { GetParameterCommand, GetParametersByPathCommand, GetParametersCommand, SSMClient } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { LocalAws } from "../local-aws.ts";

const TYPE = "aws:ssm/parameter:Parameter";
const SECRET = "mv_test_not_a_real_secret";
const ARN = "arn:aws:ssm:us-east-1:000000000000:parameter/voice/secret";
const secure = { name: "/voice/secret", type: "SecureString", value: SECRET, dataType: "text", tier: "Standard" };
const plain = { ...secure, name: "plain", type: "String", value: "as it is" };

let aws: LocalAws;
let ssm: SSMClient;
beforeAll(async () => {
  aws = await LocalAws.start();
  ssm = new SSMClient({ ...aws.sdk, maxAttempts: 1 });
  await aws.create(TYPE, secure);
  await aws.create(TYPE, plain);
});
afterAll(() => aws.remove());

const get = async (Name: string, WithDecryption?: boolean) =>
  (await ssm.send(new GetParameterCommand({ Name, WithDecryption }))).Parameter;

describe("a secure string", () => {
  test("is read with decryption, by its name or its ARN", async () => {
    const parameter = {
      Name: "/voice/secret",
      Type: "SecureString",
      Value: SECRET,
      Version: 1,
      ARN,
      DataType: "text",
      LastModifiedDate: expect.any(Date),
    };
    expect(await get("/voice/secret", true)).toEqual(parameter);
    expect(await get(ARN, true)).toEqual(parameter);
  });

  test("is of no use without decryption", async () => {
    const parameter = await get("/voice/secret");
    expect(parameter?.Value).toMatch(/^AQICAH/);
    expect(Buffer.from(String(parameter?.Value), "base64").toString()).not.toContain(SECRET);
  });

  test("lies in a file for its owner alone, and in none besides", () => {
    const file = join(aws.stateDir, "state.json");
    expect(readFileSync(file, "utf8")).toContain(SECRET);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});

describe("versions", () => {
  test("count up with the value, not with tags", async () => {
    const inputs = { ...plain, name: "counted" };
    await aws.create(TYPE, inputs);
    await aws.update(TYPE, "counted", { ...inputs, tags: { owner: "voice" } });
    expect((await get("counted"))?.Version).toBe(1);
    const changed = await aws.update(TYPE, "counted", { ...inputs, value: "another" });
    expect(changed?.attributes.version).toBe(2);
    expect(await get("counted:2")).toMatchObject({ Value: "another", Version: 2, Selector: ":2" });
    await expect(get("counted:1")).rejects.toMatchObject({ name: "ParameterVersionNotFound" });
  });

  test("survive a restart", async () => {
    await aws.restart();
    ssm = new SSMClient({ ...aws.sdk, maxAttempts: 1 });
    expect(await get("/voice/secret", true)).toMatchObject({ Value: SECRET, Version: 1 });
  });
});

test("several are read at once, and those that are not there are named", async () => {
  const { Parameters, InvalidParameters } = await ssm.send(
    new GetParametersCommand({ Names: ["plain", "/voice/secret", "/voice/none"], WithDecryption: true }),
  );
  expect(Parameters?.map(({ Name, Value }) => [Name, Value])).toEqual([
    ["plain", "as it is"],
    ["/voice/secret", SECRET],
  ]);
  expect(InvalidParameters).toEqual(["/voice/none"]);
});

describe("refused", () => {
  test("is one that does not exist", async () => {
    await expect(get("/voice/none")).rejects.toMatchObject({ name: "ParameterNotFound" });
  });

  test("is another type: it would be another parameter", async () => {
    await expect(aws.update(TYPE, "plain", { ...plain, type: "SecureString" })).rejects.toThrow(
      "HierarchyTypeMismatchException: The type of plain cannot change from String to SecureString: give it another name.",
    );
  });

  test("is what is not implemented", async () => {
    await expect(ssm.send(new GetParametersByPathCommand({ Path: "/voice" }))).rejects.toThrow(
      "GetParametersByPath is not implemented by the local AWS. Implemented: GetParameter, GetParameters.",
    );
  });
});
