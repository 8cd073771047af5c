import { SSMProvider } from "@aws-lambda-powertools/parameters/ssm";

/**
 * Reads a SecureString of the SSM parameter store, each time anew; in time for a function to say by itself that it could not.
 *
 * @example const key = await readParameter("voice-test-drift-key")();
 */
export function readParameter(name: string): () => Promise<string> {
  const provider = new SSMProvider({
    clientConfig: {
      maxAttempts: 2,
      requestHandler: { connectionTimeout: 1_000, requestTimeout: 1_500, throwOnRequestTimeout: true },
    },
  });
  return async () => (await provider.get(name, { decrypt: true, forceFetch: true, throwOnMissing: true })) ?? "";
}
