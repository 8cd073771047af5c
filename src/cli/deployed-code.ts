import { DaemonClient } from "../../providers/aws-local/plugin/daemon-client.ts";
import type { Reading } from "../drift/pictures.ts";
import type { RecordedFunction } from "../drift/recorded.ts";
import { messageOf } from "./cli-error.ts";
import type { StackWorkspace } from "./stack-workspace.ts";

/**
 * AWS's `CodeSha256` of each function as it is now: of the local AWS, or of the real one with the credentials that the AWS
 * SDK finds by itself. One that cannot be read hides no other.
 *
 * @returns by the name of the resource
 */
export async function readDeployedCode(
  { local, env }: Pick<StackWorkspace, "local" | "env">,
  functions: ReadonlyMap<string, RecordedFunction>,
  signal: AbortSignal,
): Promise<Map<string, Reading<string>>> {
  const hashOf = local ? hashInLocalAws(env) : hashInAws(signal);
  const readings = [...functions].map(async ([name, recorded]) => [name, await read(hashOf(recorded))] as const);
  return new Map(await Promise.all(readings));
}

type HashOf = (recorded: RecordedFunction) => Promise<string | undefined>;

function hashInLocalAws(env: NodeJS.ProcessEnv): HashOf {
  const daemon = new DaemonClient(env);
  return async ({ urn, id, region }) => {
    const found = await daemon.send("read", { type: "aws:lambda/function:Function", urn, id, region });
    return found && String(found.attributes.codeSha256);
  };
}

/** Asks for the configuration and not for the function: that answer holds no address of the code. */
const hashInAws =
  (signal: AbortSignal): HashOf =>
  async ({ id, region }) => {
    // Loaded where it is wanted: every other command would wait for it, too.
    const { GetFunctionConfigurationCommand, LambdaClient, ResourceNotFoundException } = await import(
      "@aws-sdk/client-lambda"
    );
    const client = new LambdaClient({
      region,
      maxAttempts: 2,
      requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000 },
    });
    try {
      const asked = new GetFunctionConfigurationCommand({ FunctionName: id });
      return (await client.send(asked, { abortSignal: signal })).CodeSha256;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    } finally {
      client.destroy();
    }
  };

async function read(asked: Promise<string | undefined>): Promise<Reading<string>> {
  try {
    const found = await asked;
    return found === undefined ? { absent: true } : { found };
  } catch (error) {
    return { unknown: `AWS cannot be asked for its code: ${messageOf(error)}. --no-functions leaves it out` };
  }
}
