/** The local AWS: functions, tables, queues, parameters, objects, schedules and alarms on this machine, for the `local` stack and for tests. */
import { randomBytes } from "node:crypto";
import { createAdaptorServer } from "@hono/node-server";
import { listenOnLoopback } from "../../src/background/ports.ts";
import { createApp } from "./daemon/app.ts";
import { Alarms } from "./daemon/cloudwatch/alarms.ts";
import { embeddedMetrics } from "./daemon/cloudwatch/embedded-metrics.ts";
import { FunctionMetrics } from "./daemon/cloudwatch/function-metrics.ts";
import { Metrics } from "./daemon/cloudwatch/metrics.ts";
import { QueueMetrics } from "./daemon/cloudwatch/queue-metrics.ts";
import { ScheduledRules } from "./daemon/events/scheduled-rules.ts";
import { dynamodb } from "./daemon/gateway/dynamodb.ts";
import { Gateway } from "./daemon/gateway/gateway.ts";
import { s3 } from "./daemon/gateway/s3.ts";
import { sqs } from "./daemon/gateway/sqs.ts";
import { ssm } from "./daemon/gateway/ssm.ts";
import { ensureLogGroup, LOG_GROUP_TYPE } from "./daemon/handlers/log-group.ts";
import { AccessKeys, type Credentials } from "./daemon/iam/access-keys.ts";
import { Authorizer } from "./daemon/iam/authorizer.ts";
import { CodeStore } from "./daemon/lambda/code-store.ts";
import { EventSources } from "./daemon/lambda/event-sources.ts";
import { FunctionUrls } from "./daemon/lambda/function-urls.ts";
import { Functions } from "./daemon/lambda/functions.ts";
import { mayHaveLogGroup, mayLog } from "./daemon/lambda/log-access.ts";
import { allowsEverybody } from "./daemon/lambda/resource-policy.ts";
import { LogFiles } from "./daemon/log-files.ts";
import { Objects } from "./daemon/objects.ts";
import { Parameters } from "./daemon/parameters.ts";
import { Queues } from "./daemon/queues.ts";
import { Resources } from "./daemon/resources.ts";
import { StateStore } from "./daemon/state.ts";
import { Tables } from "./daemon/tables.ts";
import { Upkeep } from "./daemon/upkeep.ts";
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
  /** Where SDKs find the tables. */
  readonly dynamodb: string;
  /** Where SDKs find the queues. */
  readonly sqs: string;
  /** Where SDKs find the parameters. */
  readonly ssm: string;
  /** Where SDKs find the objects. */
  readonly s3: string;
  /** Credentials that may do everything; new ones with each start. */
  readonly credentials: Credentials;
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
  const accountId = ACCOUNT_ID;
  const state = new StateStore(stateDir);
  const logs = new LogFiles(stateDir);
  const accessKeys = new AccessKeys();
  const authorizer = new Authorizer(state, accountId);
  const queues = new Queues(stateDir);
  const parameters = new Parameters(state);
  const objects = new Objects(stateDir);
  const tables = await Tables.start(stateDir);
  const services = [
    dynamodb(tables, state, accountId),
    sqs(queues, state, accountId),
    ssm(parameters, state, accountId),
    s3(objects, state),
  ];
  const gateway = new Gateway({ services, accessKeys, authorizer, touch });
  state.gatewayPort = await gateway.listen(state.gatewayPort).catch(async (error) => {
    await tables.close();
    throw error;
  });
  const endpoint = `http://127.0.0.1:${state.gatewayPort}`;

  const metrics = new Metrics();
  const functionMetrics = new FunctionMetrics(metrics);
  const logAccess = {
    authorizer,
    accountId,
    groupExists: (name: string) => state.resource(LOG_GROUP_TYPE, name) !== undefined,
  };
  const functions = new Functions(
    {
      endpoint,
      accessKeys,
      logs,
      mayLog: (settings, logStream) => mayLog(settings, logStream, logAccess),
      observe: ({ name, logGroup }, invocation) => {
        functionMetrics.invocation(name, invocation);
        for (const { metric, value, time } of logs.newLines(logGroup).flatMap(embeddedMetrics)) {
          metrics.put(metric, value, time);
        }
      },
    },
    (settings) => {
      if (mayHaveLogGroup(settings, logAccess))
        ensureLogGroup(settings.logGroup, settings.region, { accountId, state });
    },
  );
  const urls = new FunctionUrls({
    functions,
    touch,
    observe: (name, request) => functionMetrics.urlRequest(name, request),
    mayInvoke: (name) => {
      const url = state.resource("aws:lambda/functionUrl:FunctionUrl", name);
      return url?.inputs.authorizationType === "NONE" && allowsEverybody(state.policy(name));
    },
  });
  const eventSources = new EventSources();
  const scheduledRules = new ScheduledRules({ accountId, state, functions });
  const code = new CodeStore(stateDir);
  const resources = new Resources({
    accountId,
    state,
    logs,
    code,
    functions,
    urls,
    tables,
    queues,
    eventSources,
    objects,
    scheduledRules,
    authorizer,
    endpoint,
  });
  const alarms = new Alarms(state, metrics);
  const upkeep = new Upkeep({ state, tables, metrics, queueMetrics: new QueueMetrics(metrics, queues), alarms });
  const token = randomBytes(32).toString("base64url");
  const server = createAdaptorServer({
    fetch: createApp({ resources, upkeep, scheduledRules, metrics, token, touch }).fetch,
  });

  const close = async () => {
    upkeep.stop();
    scheduledRules.stopAll();
    urls.closeAll();
    const quiet = eventSources.close();
    functions.killAll();
    await quiet;
    await gateway.close();
    await Promise.all([tables.close(), queues.close()]);
    await new Promise((resolve) => {
      server.close(resolve);
      if ("closeAllConnections" in server) server.closeAllConnections();
    });
  };
  try {
    await resources.restore();
    upkeep.start();
    const listening = await listenOnLoopback(server, "the local AWS", port);
    const url = `http://127.0.0.1:${listening}`;
    const credentials = accessKeys.issue("owner");
    return { url, token, dynamodb: endpoint, sqs: endpoint, ssm: endpoint, s3: endpoint, credentials, close };
  } catch (error) {
    await close();
    throw error;
  }
}
