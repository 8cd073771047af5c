/** The provider protocol, thin: messages in, the pure parts beside this file, messages out. */
import type { ServerUnaryCall, ServiceError, sendUnaryData, UntypedServiceImplementation } from "@grpc/grpc-js";
import grpc from "@grpc/grpc-js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import type * as messages from "@pulumi/pulumi/proto/provider_pb.js";
import protocol from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { resourceTypes } from "../resources/index.ts";
import type { AwsContext, Properties, ResourceType } from "../resources/resource-type.ts";
import { UNKNOWN } from "../resources/resource-type.ts";
import type { CodeFile } from "./archive.ts";
import { fileOf, filesOf } from "./archive.ts";
import { alwaysSecret, checkInputs, FILLED_IN, withoutNote } from "./check.ts";
import type { LiveResource } from "./daemon-client.ts";
import { DaemonClient } from "./daemon-client.ts";
import type { Change } from "./diff.ts";
import { diffInputs } from "./diff.ts";
import { callFunction } from "./functions.ts";
import { parseUrn, requireLocalStack } from "./local-stack.ts";
import { checkProviderConfig, contextOf } from "./provider-config.ts";
import type { Path } from "./values.ts";
import { fromStruct, toStruct } from "./values.ts";

/** The version of `@pulumi/aws` whose property names this plugin follows. */
const VERSION = "7.48.0";

/** The methods of the provider protocol, ready for a gRPC server. */
export function createProviderService(environment: NodeJS.ProcessEnv): UntypedServiceImplementation {
  const daemon = new DaemonClient(environment);
  let context: AwsContext = contextOf({}, environment);

  function handshake(): messages.ProviderHandshakeResponse {
    const response = new protocol.ProviderHandshakeResponse();
    response.setAcceptSecrets(true);
    return response;
  }

  function checkConfig(request: messages.CheckRequest): messages.CheckResponse {
    const { plain, secrets } = fromStruct(request.getNews());
    return checkResponse(plain, secrets, checkProviderConfig(plain, environment));
  }

  function configure(request: messages.ConfigureRequest): messages.ConfigureResponse {
    context = contextOf(fromStruct(request.getArgs()).plain, environment);
    const response = new protocol.ConfigureResponse();
    response.setAcceptsecrets(true);
    response.setSupportspreview(true);
    return response;
  }

  function check(request: messages.CheckRequest): messages.CheckResponse {
    const { type: token, name } = parseUrn(request.getUrn());
    const news = fromStruct(request.getNews());
    const type = resourceTypes.get(token);
    if (!type) return checkResponse(news.plain, news.secrets, [unknownType(token)]);
    const olds = fromStruct(request.getOlds()).plain;
    const { inputs, secrets, failures } = checkInputs({ type, name, seed: request.getRandomseed_asU8(), olds, news });
    return checkResponse(inputs, secrets, failures);
  }

  function diff(request: messages.DiffRequest): messages.DiffResponse {
    const type = typeOf(request.getUrn());
    const { changes, changed, replaces, deleteBeforeReplace } = diffInputs(
      type,
      fromStruct(request.getOldInputs()).plain,
      fromStruct(request.getNews()).plain,
    );
    const response = new protocol.DiffResponse();
    const { DIFF_NONE, DIFF_SOME } = protocol.DiffResponse.DiffChanges;
    response.setChanges(changes.size === 0 ? DIFF_NONE : DIFF_SOME);
    response.setDiffsList([...changed]);
    response.setReplacesList([...replaces]);
    response.setDeletebeforereplace(deleteBeforeReplace);
    response.setHasdetaileddiff(true);
    for (const [path, change] of changes) {
      const detail = new protocol.PropertyDiff();
      detail.setKind(kindOf(change));
      detail.setInputdiff(true);
      response.getDetaileddiffMap().set(path, detail);
    }
    return response;
  }

  async function create(request: messages.CreateRequest): Promise<messages.CreateResponse> {
    const type = typeOf(request.getUrn());
    const { plain, secrets } = fromStruct(request.getProperties());
    const inputs = withoutNote(plain);
    const response = new protocol.CreateResponse();
    let computed = Object.fromEntries(type.computed.map((property) => [property, UNKNOWN]));
    if (!request.getPreview()) {
      const live = await send("create", request.getUrn(), { inputs });
      response.setId(live.id);
      computed = live.attributes as Record<string, string>;
    }
    response.setProperties(outputs(type, inputs, computed, secrets));
    return response;
  }

  async function update(request: messages.UpdateRequest): Promise<messages.UpdateResponse> {
    const type = typeOf(request.getUrn());
    const { plain, secrets } = fromStruct(request.getNews());
    const inputs = withoutNote(plain);
    const response = new protocol.UpdateResponse();
    let computed: Properties;
    if (request.getPreview()) {
      const { changed } = diffInputs(type, fromStruct(request.getOldInputs()).plain, plain);
      const olds = fromStruct(request.getOlds()).plain;
      const stale = type.stale?.(changed) ?? [];
      computed = Object.fromEntries(type.computed.map((p) => [p, stale.includes(p) ? UNKNOWN : olds[p]]));
    } else {
      computed = (await send("update", request.getUrn(), { id: request.getId(), inputs })).attributes;
    }
    response.setProperties(outputs(type, inputs, computed, secrets));
    return response;
  }

  async function read(request: messages.ReadRequest): Promise<messages.ReadResponse> {
    const { stack, type: token } = parseUrn(request.getUrn());
    requireLocalStack(stack, "read", environment.AWS_LOCAL_STACK_CONFIG);
    const type = typeOf(request.getUrn());
    const state = fromStruct(request.getProperties());
    const oldInputs = fromStruct(request.getInputs());
    const live = await daemon.send("read", {
      type: token,
      urn: request.getUrn(),
      region: context.region,
      id: request.getId(),
      inputs: withoutFiles(state.plain),
    });
    const response = new protocol.ReadResponse();
    if (!live) return response;
    const inputs = { ...live.inputs, ...onlyFiles(oldInputs.plain) };
    const secrets = [...oldInputs.secrets, ...state.secrets, ...alwaysSecret(type, inputs)];
    response.setId(live.id);
    response.setInputs(toStruct({ ...inputs, [FILLED_IN]: oldInputs.plain[FILLED_IN] }, secrets));
    response.setProperties(outputs(type, inputs, live.attributes, secrets));
    return response;
  }

  async function remove(request: messages.DeleteRequest): Promise<empty.Empty> {
    const { stack, type } = parseUrn(request.getUrn());
    requireLocalStack(stack, "delete", environment.AWS_LOCAL_STACK_CONFIG);
    const inputs = withoutFiles(fromStruct(request.getProperties()).plain);
    await daemon.send("delete", { type, urn: request.getUrn(), region: context.region, id: request.getId(), inputs });
    return new empty.Empty();
  }

  function invoke(request: messages.InvokeRequest): messages.InvokeResponse {
    const response = new protocol.InvokeResponse();
    response.setReturn(toStruct(callFunction(request.getTok(), fromStruct(request.getArgs()).plain, context)));
    return response;
  }

  function getPluginInfo(): plugin.PluginInfo {
    const response = new plugin.PluginInfo();
    response.setVersion(VERSION);
    return response;
  }

  async function send(
    operation: "create" | "update",
    urn: string,
    { id, inputs }: { id?: string; inputs: Properties },
  ): Promise<LiveResource> {
    const { stack, type } = parseUrn(urn);
    requireLocalStack(stack, operation, environment.AWS_LOCAL_STACK_CONFIG);
    const files = await filesIn(inputs);
    const live = await daemon.send(operation, {
      type,
      urn,
      region: context.region,
      ...(id && { id }),
      inputs: withoutFiles(inputs),
      ...(files && { code: files.map((file) => ({ path: file.path, base64: file.content.toString("base64") })) }),
    });
    if (!live) throw new Error(`${type} ${id} does not exist in the local AWS: run \`pulumi refresh\`.`);
    return live;
  }

  function outputs(type: ResourceType, inputs: Properties, computed: Properties, secrets: readonly Path[]) {
    const attributes = Object.fromEntries(type.computed.map((property) => [property, computed[property]]));
    const properties = { ...attributes, ...inputs, ...type.derived?.(inputs, context) };
    // A secret tag is secret in `tagsAll` too.
    const copies = secrets.filter(([first]) => first === "tags").map(([, ...rest]) => ["tagsAll", ...rest]);
    return toStruct(properties, [...secrets, ...copies]);
  }

  return {
    handshake: unary(handshake),
    checkConfig: unary(checkConfig),
    configure: unary(configure),
    check: unary(check),
    diff: unary(diff),
    create: unary(create),
    update: unary(update),
    read: unary(read),
    delete: unary(remove),
    invoke: unary(invoke),
    getPluginInfo: unary(getPluginInfo),
    cancel: unary(() => new empty.Empty()),
    attach: unary(() => new empty.Empty()),
  };
}

function unary<Request, Response>(answer: (request: Request) => Response | Promise<Response>) {
  return async (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>): Promise<void> => {
    try {
      callback(null, await answer(call.request));
    } catch (error) {
      // The message alone: the engine prints it to people, who are not helped by a stack trace.
      const details = error instanceof Error ? error.message : String(error);
      callback({ code: grpc.status.UNKNOWN, details } as ServiceError);
    }
  };
}

function checkResponse(inputs: Properties, secrets: readonly Path[], failures: readonly string[]) {
  const response = new protocol.CheckResponse();
  response.setInputs(toStruct(inputs, secrets));
  for (const reason of failures) {
    // Without a property: the engine would print its whole value, secrets included.
    const failure = new protocol.CheckFailure();
    failure.setReason(reason);
    response.addFailures(failure);
  }
  return response;
}

function typeOf(urn: string): ResourceType {
  const { type: token } = parseUrn(urn);
  const type = resourceTypes.get(token);
  if (!type) throw new Error(unknownType(token));
  return type;
}

function unknownType(token: string): string {
  return (
    `the resource type ${token} is not implemented by the local AWS. ` +
    `Implemented: ${[...resourceTypes.keys()].join(", ")} (providers/aws-local/README.md).`
  );
}

function kindOf({ kind, replace }: Change): messages.PropertyDiff.Kind {
  const { Kind } = protocol.PropertyDiff;
  if (kind === "add") return replace ? Kind.ADD_REPLACE : Kind.ADD;
  if (kind === "delete") return replace ? Kind.DELETE_REPLACE : Kind.DELETE;
  return replace ? Kind.UPDATE_REPLACE : Kind.UPDATE;
}

/** Inputs that are files: they are sent by their content. */
const FILES = ["code", "source"];

const withoutFiles = (properties: Properties): Properties =>
  Object.fromEntries(Object.entries(properties).filter(([property]) => !FILES.includes(property)));

const onlyFiles = (properties: Properties): Properties =>
  Object.fromEntries(Object.entries(properties).filter(([property]) => FILES.includes(property)));

async function filesIn({ code, source }: Properties): Promise<CodeFile[] | undefined> {
  if (code !== undefined) return filesOf(code);
  return source === undefined ? undefined : fileOf(source);
}
