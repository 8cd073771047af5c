import { randomBytes } from "node:crypto";
import { functionArn, functionName } from "../../resources/function.ts";
import { AwsError } from "../errors.ts";
import { PUBLIC_STATEMENTS } from "../lambda/resource-policy.ts";
import { FUNCTION_TYPE } from "./function.ts";
import type { ResourceHandler } from "./handler.ts";

/** Function URLs: one loopback port each, the same over restarts. */
export const functionUrlHandler: ResourceHandler = {
  conflict: "ResourceConflictException",
  id: (inputs) => functionName(inputs.functionName),
  create: async ({ id, inputs, region }, { accountId, state, urls }) => {
    if (!state.resource(FUNCTION_TYPE, id)) {
      const arn = functionArn(id, { accountId, partition: "aws", region });
      throw new AwsError("ResourceNotFoundException", `Function does not exist: ${arn}`);
    }
    const urlId = randomBytes(16).toString("hex");
    const port = await urls.open({ functionName: id, urlId });
    // AWS's provider does this on creation only, and leaves the statements behind when the URL is deleted.
    if (inputs.authorizationType === "NONE") {
      const policy = state.policy(id);
      const missing = PUBLIC_STATEMENTS.filter((added) => !policy.some((s) => s.statementId === added.statementId));
      state.setPolicy(id, [...policy, ...missing]);
    }
    return {
      functionArn: functionArn(id, { accountId, partition: "aws", region }),
      functionUrl: `http://127.0.0.1:${port}/`,
      urlId,
    };
  },
  update: async (_wanted, live) => live.attributes,
  delete: async ({ id }, { urls }) => urls.close(id),
  restore: async ({ id, attributes }, { urls }) => {
    const port = Number(new URL(String(attributes.functionUrl)).port);
    await urls.open({ functionName: id, urlId: String(attributes.urlId), port });
  },
};
