import type { Permission } from "../iam/evaluate-policies.ts";
import type { Parameters } from "../parameters.ts";
import { PARAMETER_TYPE, selectionOf } from "../parameters.ts";
import type { StateStore } from "../state.ts";
import type { Service, ServiceCall } from "./service.ts";

/** Parameters of the Systems Manager for functions: reading. */
export function ssm(parameters: Parameters, state: StateStore, accountId: string): Service {
  const needs =
    (action: string, names: (call: ServiceCall) => readonly unknown[]) =>
    (call: ServiceCall): Permission[] =>
      names(call).flatMap((given) => [{ action, resource: arn(given, call) }, ...decryption(given, call)]);
  // A parameter that does not exist is one of the caller's region, as in AWS.
  const arn = (given: unknown, { region }: ServiceCall) => {
    const { name } = selectionOf(given);
    const path = name.replace(/^\//, "");
    return String(
      state.resource(PARAMETER_TYPE, name)?.attributes.arn ?? `arn:aws:ssm:${region}:${accountId}:parameter/${path}`,
    );
  };
  // Everybody in the account may use the account's own key; another one is a permission of its own.
  const decryption = (given: unknown, { input, region }: ServiceCall): Permission[] => {
    const key = parameters.keyArn(given, (id) => `arn:aws:kms:${region}:${accountId}:key/${id}`);
    return key && input.WithDecryption === true ? [{ action: "kms:Decrypt", resource: key }] : [];
  };
  return {
    name: "ssm",
    target: "AmazonSSM.",
    contentType: "application/x-amz-json-1.1",
    operations: {
      GetParameter: needs("ssm:GetParameter", ({ input }) => [input.Name]),
      GetParameters: needs("ssm:GetParameters", ({ input }) => (Array.isArray(input.Names) ? input.Names : [])),
    },
    answer: (call) => parameters.answer(call),
  };
}
