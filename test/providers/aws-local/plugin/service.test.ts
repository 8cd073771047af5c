/** What previews show of outputs, asked over gRPC as the engine asks. */
import grpc from "@grpc/grpc-js";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import protocolClient from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import protocol from "@pulumi/pulumi/proto/provider_pb.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";
import { createProviderService } from "../../../../providers/aws-local/plugin/service.ts";
import { UNKNOWN } from "../../../../providers/aws-local/resources/resource-type.ts";

const URN = "urn:pulumi:production::voice::aws:lambda/function:Function::answer";
const SECRET = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: "hush" };
const INPUTS = {
  name: "answer",
  handler: "index.handler",
  runtime: "nodejs24.x",
  role: UNKNOWN,
  timeout: 3,
  environment: { variables: { KEY: SECRET } },
  tags: { owner: SECRET },
  __defaults: ["timeout"],
};

let server: grpc.Server;
let client: InstanceType<typeof protocolClient.ResourceProviderClient>;

beforeAll(async () => {
  server = new grpc.Server();
  server.addService(protocolClient.ResourceProviderService, createProviderService({}));
  const credentials = grpc.ServerCredentials.createInsecure();
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", credentials, (error, bound) => (error ? reject(error) : resolve(bound))),
  );
  client = new protocolClient.ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  const request = new protocol.ConfigureRequest();
  request.setArgs(toStruct({ region: "eu-central-1", defaultTags: '{"tags":{"team":"voice"}}' }));
  const answer = await ask<InstanceType<typeof protocol.ConfigureResponse>>((done) => client.configure(request, done));
  expect(answer.toObject()).toMatchObject({ acceptsecrets: true, supportspreview: true });
});
afterAll(() => {
  client.close();
  server.forceShutdown();
});

describe("the preview of a creation", () => {
  test("knows what follows from the inputs, and nothing that AWS would have to say", async () => {
    const request = new protocol.CreateRequest();
    request.setUrn(URN);
    request.setPreview(true);
    request.setProperties(toStruct(INPUTS));
    const answer = await ask<InstanceType<typeof protocol.CreateResponse>>((done) => client.create(request, done));
    expect(answer.getId()).toBe("");
    const outputs = answer.getProperties()?.toJavaScript();
    expect(outputs).toMatchObject({
      arn: UNKNOWN,
      codeSha256: UNKNOWN,
      environment: { variables: { KEY: SECRET } },
      loggingConfig: { logFormat: "Text", logGroup: "/aws/lambda/answer" },
      name: "answer",
      region: "eu-central-1",
      role: UNKNOWN,
      tagsAll: { team: "voice", owner: SECRET },
    });
    expect(outputs).not.toHaveProperty("__defaults");
  });
});

describe("the preview of an update", () => {
  test("keeps what stays, and does not know what will change", async () => {
    const request = new protocol.UpdateRequest();
    request.setUrn(URN);
    request.setId("answer");
    request.setPreview(true);
    request.setOldInputs(toStruct(INPUTS));
    request.setOlds(toStruct({ ...INPUTS, arn: "arn:one", codeSha256: "abc", lastModified: "yesterday" }));
    request.setNews(toStruct({ ...INPUTS, timeout: 9 }));
    const answer = await ask<InstanceType<typeof protocol.UpdateResponse>>((done) => client.update(request, done));
    expect(answer.getProperties()?.toJavaScript()).toMatchObject({
      arn: "arn:one",
      codeSha256: "abc",
      lastModified: UNKNOWN,
      timeout: 9,
    });
  });
});

test("a missing region and unknown settings are refused with the provider's configuration", async () => {
  const request = new protocol.CheckRequest();
  request.setUrn("urn:pulumi:production::voice::pulumi:providers:aws::default");
  request.setNews(toStruct({ assumeRoles: "[]", defaultTags: '{"keys":[]}' }));
  const answer = await ask<InstanceType<typeof protocol.CheckResponse>>((done) => client.checkConfig(request, done));
  expect(answer.getFailuresList().map((failure) => failure.getReason())).toEqual([
    expect.stringContaining("the setting aws:assumeRoles is not implemented by the local AWS"),
    expect.stringContaining("the setting aws:defaultTags.keys is not implemented by the local AWS"),
    expect.stringContaining("the AWS region is missing: run `pulumi config set aws:region us-east-1`"),
  ]);
});

function toStruct(value: object): struct.Struct {
  return struct.Struct.fromJavaScript(value as Record<string, struct.JavaScriptValue>);
}

function ask<Answer>(
  call: (done: (error: grpc.ServiceError | null, answer: Answer) => void) => unknown,
): Promise<Answer> {
  return new Promise((resolve, reject) => call((error, answer) => (error ? reject(error) : resolve(answer))));
}
