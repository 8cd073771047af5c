import { AwsError } from "../errors.ts";
import type { TableKeys } from "../tables.ts";
import type { ResourceHandler } from "./handler.ts";

/** Tables in the emulator. */
export const tableHandler: ResourceHandler = {
  conflict: "ResourceInUseException",
  id: (inputs) => String(inputs.name),
  create: async ({ id, inputs, region }, { accountId, tables }) => {
    await tables.create(id, inputs as unknown as TableKeys);
    return { arn: `arn:aws:dynamodb:${region}:${accountId}:table/${id}` };
  },
  // What can change in place are settings that the emulator does not have (see README).
  update: async (_wanted, live) => live.attributes,
  delete: async ({ id, inputs }, { tables }) => {
    if (inputs.deletionProtectionEnabled === true) {
      throw new AwsError(
        "ValidationException",
        `Resource cannot be deleted as it is currently protected against deletion: ${id}. Disable deletion protection first.`,
      );
    }
    await tables.delete(id);
  },
};
