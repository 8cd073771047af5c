/** The local AWS: functions, their URLs and logs, tables and roles on this machine, for the `local` stack and for tests. */
import { randomBytes } from "node:crypto";
import { createAdaptorServer } from "@hono/node-server";
import { listenOnLoopback } from "../../src/background/ports.ts";
import { createApp } from "./daemon/app.ts";
import { ensureLogGroup } from "./daemon/handlers/log-group.ts";
import { CodeStore } from "./daemon/lambda/code-store.ts";
import { FunctionUrls } from "./daemon/lambda/function-urls.ts";
import { Functions } from "./daemon/lambda/functions.ts";
import { allowsEverybody } from "./daemon/lambda/resource-policy.ts";
import { LogFiles } from "./daemon/log-files.ts";
import { Resources } from "./daemon/resources.ts";
import { StateStore } from "./daemon/state.ts";
import { Tables } from "./daemon/tables.ts";
import { ACCOUNT_ID } from "./plugin/provider-config.ts";

/** How to start a local AWS. */
export interface AwsLocalOptions {
  /** Directory for everything it holds; what an earlier run left there comes back. */
  readonly stateDir: string;
  /** Port of its door for the plugin; absent: a free one. */
  readonly port?: number | undefined;
  /** Called on each request that counts as use. */
  readonly touch?: () => void;
}

/** A running local AWS. */
export interface AwsLocal {
  /** For the plugin: `AWS_LOCAL_URL`. */
  readonly url: string;
  /** For the plugin: `AWS_LOCAL_TOKEN`. */
  readonly token: string;
  /** The endpoint of its tables, for tools that read them. */
  readonly dynamodb: string;
  /** Stops it with all processes of functions. */
  close(): Promise<void>;
}

/**
 * Starts a local AWS on loopback.
 *
 * @throws Error when its state file is broken; `PortTaken` when one of its ports is taken. The message says what to do.
 * @example
 * const aws = await startAwsLocal({ stateDir: ".local/aws" });
 * // Run the engine with AWS_LOCAL_URL, AWS_LOCAL_TOKEN and providers/aws-local/bin first on PATH.
 * await aws.close();
 */
export async function startAwsLocal({ stateDir, port, touch = () => {} }: AwsLocalOptions): Promise<AwsLocal> {
  const state = new StateStore(stateDir);
  const logs = new LogFiles(stateDir);
  const { tables, port: dynamodbPort } = await Tables.start(stateDir, state.dynamodbPort);
  state.dynamodbPort = dynamodbPort;
  const endpoints = { AWS_ENDPOINT_URL_DYNAMODB: tables.endpoint };
  const functions = new Functions(endpoints, logs, ({ logGroup, region }) =>
    ensureLogGroup(logGroup, region, { accountId: ACCOUNT_ID, state }),
  );
  const mayInvoke = (name: string) => {
    const url = state.resource("aws:lambda/functionUrl:FunctionUrl", name);
    return url?.inputs.authorizationType === "NONE" && allowsEverybody(state.policy(name));
  };
  const urls = new FunctionUrls(functions, mayInvoke, touch);
  const code = new CodeStore(stateDir);
  const resources = new Resources({ accountId: ACCOUNT_ID, state, logs, code, functions, urls, tables });
  const token = randomBytes(32).toString("base64url");
  const server = createAdaptorServer({ fetch: createApp({ resources, token, touch }).fetch });

  const close = async () => {
    urls.closeAll();
    functions.killAll();
    await tables.close();
    await new Promise((resolve) => {
      server.close(resolve);
      if ("closeAllConnections" in server) server.closeAllConnections();
    });
  };
  try {
    await resources.restore();
    const listening = await listenOnLoopback(server, "the local AWS", port);
    return { url: `http://127.0.0.1:${listening}`, token, dynamodb: tables.endpoint, close };
  } catch (error) {
    await close();
    throw error;
  }
}
