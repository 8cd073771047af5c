import { functionArn, loggingConfig } from "../../resources/function.ts";
import { statementsOf, type TrustStatement } from "../../resources/policy-document.ts";
import type { Properties } from "../../resources/resource-type.ts";
import { AwsError } from "../errors.ts";
import type { StoredCode } from "../lambda/code-store.ts";
import type { FunctionSettings } from "../lambda/function-host.ts";
import type { ResourceHandler, Services, Wanted } from "./handler.ts";
import { PERMISSION_TYPE } from "./permission.ts";

export const FUNCTION_TYPE = "aws:lambda/function:Function";
const URL_TYPE = "aws:lambda/functionUrl:FunctionUrl";

/** Functions: their code in the store, their processes on demand. */
export const functionHandler: ResourceHandler = {
  conflict: "ResourceConflictException",
  id: (inputs) => String(inputs.name),
  create: deploy,
  update: async (wanted, live, services) => {
    const attributes = await deploy(wanted, services);
    if (attributes.codeSha256 !== live.attributes.codeSha256) dropUnusedCode(live.attributes, wanted.id, services);
    return attributes;
  },
  // The policy and the URL of a function go with it.
  delete: async ({ id, attributes }, services) => {
    const { functions, state, urls } = services;
    urls.close(id);
    functions.delete(id);
    state.deleteResource(URL_TYPE, id);
    for (const { statementId } of state.policy(id)) state.deleteResource(PERMISSION_TYPE, `${id}/${statementId}`);
    state.setPolicy(id, []);
    dropUnusedCode(attributes, id, services);
  },
  restore: async ({ inputs, attributes, region }, { accountId, code, functions }) => {
    functions.set(settingsOf(inputs, region, accountId, code.directory(String(attributes.codeSha256))));
  },
};

async function deploy({ id, inputs, region, code: files }: Wanted, services: Services): Promise<Properties> {
  const { accountId, code, functions } = services;
  const problem = roleProblem(String(inputs.role), services);
  if (problem) {
    const message = `The role defined for the function cannot be assumed by Lambda (${problem}).`;
    throw new AwsError("InvalidParameterValueException", message);
  }
  const stored = code.put(files);
  try {
    await functions.setWhenLoaded(settingsOf(inputs, region, accountId, stored.directory));
  } catch (error) {
    dropUnusedCode({ codeSha256: stored.sha256 }, "", services);
    throw error;
  }
  return attributesOf(functionArn(id, { accountId, partition: "aws", region }), region, inputs, stored);
}

/** Why Lambda cannot act in a role; `undefined` when it can. */
function roleProblem(arn: string, { state }: Services): string | undefined {
  const role = state.resources("aws:iam/role:Role").find(({ attributes }) => attributes.arn === arn);
  if (!role) return `there is no role ${arn}`;
  const statements = statementsOf<TrustStatement>(String(role.inputs.assumeRolePolicy)).filter(concernsLambda);
  if (statements.some(({ Effect }) => Effect === "Deny")) return "its trust policy denies it";
  if (statements.some(({ Condition }) => Condition === undefined)) return undefined;
  if (statements.length > 0) return "its trust policy has a condition, which the local AWS does not evaluate";
  return "its trust policy does not allow lambda.amazonaws.com to sts:AssumeRole";
}

function concernsLambda({ Principal, Action }: TrustStatement): boolean {
  const services = Principal === "*" ? ["*"] : [Principal.Service ?? []].flat();
  const actions = [Action].flat().map((action) => action.toLowerCase());
  return (
    services.some((service) => service === "*" || service === "lambda.amazonaws.com") &&
    actions.some((action) => ["*", "sts:*", "sts:assumerole"].includes(action))
  );
}

function attributesOf(arn: string, region: string, inputs: Properties, code: StoredCode): Properties {
  const invokeArn = (target: string) =>
    `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/${target}/invocations`;
  return {
    arn,
    codeSha256: code.sha256,
    invokeArn: invokeArn(arn),
    lastModified: new Date().toISOString().replace("Z", "+0000"),
    qualifiedArn: `${arn}:$LATEST`,
    qualifiedInvokeArn: invokeArn(`${arn}:$LATEST`),
    sourceCodeHash: inputs.sourceCodeHash ?? code.sha256,
    sourceCodeSize: code.bytes,
    version: "$LATEST",
  };
}

function settingsOf(inputs: Properties, region: string, accountId: string, codeDirectory: string): FunctionSettings {
  const { logFormat, logGroup } = loggingConfig(inputs) as { logFormat: "Text" | "JSON"; logGroup: string };
  const environment = inputs.environment as { variables?: Record<string, string> } | undefined;
  const name = String(inputs.name);
  return {
    name,
    arn: functionArn(name, { accountId, partition: "aws", region }),
    region,
    role: String(inputs.role),
    handler: String(inputs.handler),
    runtime: String(inputs.runtime),
    memorySize: Number(inputs.memorySize),
    timeout: Number(inputs.timeout),
    reservedConcurrency: Number(inputs.reservedConcurrentExecutions),
    variables: environment?.variables ?? {},
    codeDirectory,
    logGroup,
    logFormat,
  };
}

/** Deletes code unless a function other than `except` runs it. */
function dropUnusedCode(attributes: Properties, except: string, { code, state }: Services): void {
  const sha256 = String(attributes.codeSha256);
  const users = state.resources(FUNCTION_TYPE).filter(({ id }) => id !== except);
  if (!users.some((user) => user.attributes.codeSha256 === sha256)) code.delete(sha256);
}
