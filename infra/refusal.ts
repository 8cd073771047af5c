import * as pulumi from "@pulumi/pulumi";

/**
 * An error that the engine shows as its message alone, wherever in a program it is thrown: within an `apply` the engine
 * prints the stack even of a `RunError`, and nobody who has to mend a setting is helped by it.
 */
export function refusal(message: string): pulumi.RunError {
  const error = new pulumi.RunError(message);
  error.stack = message;
  return error;
}
