import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  Application,
  type ApplicationArgs,
  DidRouteTable,
  type DidRouteTableArgs,
  WebhookSecret,
  type WebhookSecretArgs,
} from "pulumi-minivoice";
import type { Duration } from "pulumi-minivoice/api";
import { flowDigest } from "../src/call-flow/digest.ts";
import type { Flow } from "../src/call-flow/flow.ts";
import type { ActionSyntax } from "../src/call-flow/wire.ts";
import { type AlarmName, VoiceAlarms } from "./alarms.ts";
import { DriftWatch, type DriftWatchTransforms, type WatchedAccount } from "./drift-watch.ts";
import { answerSource, flowsByApplication } from "./function-sources.ts";
import type { KeptPicture } from "./kept-picture.ts";
import { publicBaseUrl } from "./public-base-url.ts";
import { type Transform, transformed } from "./transform.ts";
import { type FunctionSize, type FunctionTransforms, VoiceFunction } from "./voice-function.ts";
import { REJECT, type VoiceApplication, type VoiceFile } from "./voice-schema.ts";
import { WebhookPipeline, type WebhookPipelineTransforms, type WorkerSize } from "./webhook-pipeline.ts";

/** Changes of what the underlying resources are made with, where no argument does. */
export interface VoiceEnvironmentTransforms extends WebhookPipelineTransforms {
  answer?: FunctionTransforms & { url?: Transform<aws.lambda.FunctionUrlArgs> };
  secret?: Transform<WebhookSecretArgs>;
  /** Of every application; the resource's name tells which. */
  application?: Transform<ApplicationArgs>;
  routes?: Transform<DidRouteTableArgs>;
  alarms?: Partial<Record<AlarmName, Transform<aws.cloudwatch.MetricAlarmArgs>>>;
  driftWatch?: DriftWatchTransforms;
}

export interface VoiceEnvironmentArgs {
  stack: string;
  /** Applications and routes, as the voice file declares them. */
  voice: VoiceFile;
  /** The call flows that the applications choose from, by name. */
  flows: Readonly<Record<string, Flow>>;
  /** What the account's API can do; shown in the outputs. */
  capabilities: string;
  /** The commit that this is deployed from, if known; shown in the outputs. */
  revision?: string | undefined;
  /** What the outputs go on telling in a run that deploys no function. Default: they tell of this program. */
  kept?: KeptPicture | undefined;
  /**
   * Live callers depend on it. What cannot be had again (function URLs, call records, applications, the webhook secret,
   * the table of numbers) is not deleted by a run, and a number that leaves the voice file keeps its route.
   */
  production?: boolean;
  /** Days that CloudWatch keeps the functions' logs. Default 30. */
  logRetentionDays?: number;
  /** Days that call records are kept. Default 90. */
  recordRetentionDays?: number;
  /** How old a signed webhook may be, in whole hours; never older than call records get. Default `"24 hours"`. */
  webhookMaxAge?: Duration;
  /** Any text; another one makes a new webhook secret, and the one before stays valid for a time. */
  webhookSecretVersion?: string | undefined;
  /** How long the webhook secret before stays valid. Default `"24 hours"`. */
  webhookSecretOverlap?: Duration;
  /**
   * A domain of one's own in front of the functions, such as `https://voice.example.com`, so that the URLs in the account
   * outlive a function. What stands there forwards `/answer/…` and `/webhook`. Default: the functions' own URLs.
   */
  publicBaseUrl?: string | undefined;
  /** How actions are written, where an account wants another form than the contract advises. Default `"mixed"`. */
  actionSyntax?: ActionSyntax;
  /** How much of Lambda each function gets. */
  answer?: FunctionSize;
  webhook?: FunctionSize;
  worker?: WorkerSize;
  /** Who is told when an alarm goes off, and when it is over: ARNs, such as those of SNS topics. */
  alarmActions?: pulumi.Input<string>[];
  /** Where the runbook can be read; each alarm links to its section. */
  runbook?: string | undefined;
  /** A function that looks again and again whether the account is as it was deployed. Default: none. */
  driftWatch?: { every: Duration; account: WatchedAccount } | undefined;
  /** Beside `voice:stack`, on everything that has tags. */
  tags?: Record<string, string>;
  transform?: VoiceEnvironmentTransforms;
}

/** One application as people want to see it. */
export interface ApplicationPicture {
  applicationId: pulumi.Output<string>;
  name: string;
  flow?: string;
  answerUrl: pulumi.Input<string>;
  webhookUrl?: pulumi.Input<string>;
}

/**
 * One environment as people want to see it; the keys are those of the voice file. What is not an output here is known
 * in the preview already.
 */
export interface Picture {
  stack: string;
  capabilities: string;
  revision?: string;
  /** Flow → digest of what callers meet in it. */
  flows: Record<string, string>;
  applications: Record<string, ApplicationPicture>;
  /** Number → application key, or `reject`. */
  routes: Record<string, string>;
}

/**
 * One voice environment: the functions that answer calls and receive their events, the MiniVoice applications
 * that point to them, and the routes of its numbers.
 *
 * @example
 * const environment = new VoiceEnvironment("voice", { stack, voice, flows, capabilities: "managed", … });
 * export const answerUrl = environment.answerUrl;
 */
export class VoiceEnvironment extends pulumi.ComponentResource {
  /** The base of the answer URLs: `<answerUrl>answer/<application key>`. */
  readonly answerUrl: pulumi.Output<string>;
  readonly webhookUrl: pulumi.Output<string>;
  /** Where a domain in front of the functions forwards to. */
  readonly functionUrls: { answer: pulumi.Output<string>; webhook: pulumi.Output<string> };
  readonly picture: Picture;

  constructor(name: string, args: VoiceEnvironmentArgs, opts?: pulumi.ComponentResourceOptions) {
    super("voice:index:VoiceEnvironment", name, {}, opts);
    const parent = { parent: this };
    const { stack, voice, flows, production: protect = false, transform = {} } = args;
    const { logRetentionDays = 30, recordRetentionDays = 90, webhookMaxAge = "24 hours" } = args;
    const { webhookSecretVersion, webhookSecretOverlap } = args;
    const guarded = { ...parent, protect };
    const common = { logRetentionDays, tags: { ...args.tags, "voice:stack": stack } };
    const base = args.publicBaseUrl === undefined ? undefined : publicBaseUrl(args.publicBaseUrl);

    const keeper = webhookSecretVersion === undefined ? {} : { keeper: webhookSecretVersion };
    const overlap = webhookSecretOverlap === undefined ? {} : { overlap: webhookSecretOverlap };
    const secret = new WebhookSecret(...transformed(transform.secret, "webhook", { ...keeper, ...overlap }, guarded));
    const answer = new VoiceFunction(
      `${name}-${stack}-answer`,
      {
        description: "Answers calls with the actions of their flow",
        source: answerSource({ voice, flows, syntax: args.actionSyntax ?? "mixed" }),
        // A caller who waits longer than this for the first word has hung up.
        timeout: "5 seconds",
        memorySize: 512,
        ...args.answer,
        environment: { VOICE_STACK: stack, ...(base && { PUBLIC_BASE_URL: base }) },
        transform: transform.answer,
        ...common,
      },
      parent,
    );
    const answerFunctionUrl = answer.addUrl({ protect, transform: transform.answer?.url });
    const webhook = new WebhookPipeline(
      `${name}-${stack}-webhook`,
      {
        stack,
        secret,
        webhookMaxAge,
        recordRetentionDays,
        webhook: args.webhook,
        worker: args.worker,
        protect,
        transform,
        ...common,
      },
      parent,
    );
    new VoiceAlarms(
      `${name}-${stack}`,
      {
        stack,
        answer: answer.lambda.name,
        webhook: webhook.webhook.lambda.name,
        worker: webhook.worker.lambda.name,
        events: webhook.queue.queue.name,
        deadLetters: webhook.queue.deadLetterQueue.name,
        actions: args.alarmActions ?? [],
        runbook: args.runbook,
        tags: common.tags,
        transform: transform.alarms,
      },
      parent,
    );
    this.functionUrls = { answer: answerFunctionUrl, webhook: webhook.url };
    this.answerUrl = base ? pulumi.output(`${base}/`) : answerFunctionUrl;
    this.webhookUrl = base ? pulumi.output(`${base}/webhook`) : webhook.url;

    const endpointsOf = (key: string, { answerUrl, webhookUrl }: VoiceApplication): Endpoints =>
      answerUrl
        ? { answerUrl, ...(webhookUrl && { webhookUrl }) }
        : {
            answerUrl: pulumi.interpolate`${this.answerUrl}answer/${key}`,
            webhookUrl: this.webhookUrl,
            webhookSecret: secret.value,
          };
    const made = mapValues(
      voice.applications,
      (declared, key): { application: Application; picture: ApplicationPicture } => {
        const { name, flow, adopt } = declared;
        const endpoints = endpointsOf(key, declared);
        const application = new Application(
          ...transformed<ApplicationArgs>(
            transform.application,
            key,
            { name, ...endpoints, ...(adopt && { adopt }) },
            // Nobody is to be sent to a function that does not know the application yet, and no event is to be signed with
            // a secret that the webhook function cannot read yet: the pipeline holds the parameter that it reads.
            { ...guarded, dependsOn: [answer, webhook] },
          ),
        );
        const { applicationId } = application;
        const { webhookSecret: _, ...urls } = endpoints;
        const answeredBy = args.kept ? args.kept.answeredBy[key] : flow;
        return { application, picture: { applicationId, name, ...(answeredBy && { flow: answeredBy }), ...urls } };
      },
    );

    const numbers = new DidRouteTable(
      ...transformed<DidRouteTableArgs>(
        transform.routes,
        "numbers",
        {
          routes: mapValues(voice.routes, (target) => made[target]?.application.applicationId ?? REJECT),
          maxChange: "30%",
          ...(protect && { onDelete: "leave" }),
        },
        guarded,
      ),
    );

    if (args.driftWatch)
      new DriftWatch(
        `${name}-${stack}`,
        {
          stack,
          ...args.driftWatch,
          applications: mapValues(made, ({ application }) => application),
          numbers,
          count: Object.keys(voice.routes).length,
          alarmActions: args.alarmActions,
          runbook: args.runbook,
          transform: transform.driftWatch,
          ...common,
        },
        parent,
      );

    const { revision, flows: digests } = args.kept ?? {
      revision: args.revision,
      flows: digestsOf(Object.values(flowsByApplication(voice)), flows),
    };
    this.picture = {
      stack,
      capabilities: args.capabilities,
      ...(revision && { revision }),
      flows: digests,
      applications: mapValues(made, ({ picture }) => picture),
      routes: args.kept?.routes ?? voice.routes,
    };
    this.registerOutputs({ answerUrl: this.answerUrl, webhookUrl: this.webhookUrl });
  }
}

interface Endpoints {
  answerUrl: pulumi.Input<string>;
  webhookUrl?: pulumi.Input<string>;
  /** Absent for an application that is answered elsewhere: its secret is not ours to set. */
  webhookSecret?: pulumi.Input<string>;
}

const mapValues = <From, To>(record: Record<string, From>, map: (value: From, key: string) => To): Record<string, To> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));

const digestsOf = (used: string[], flows: Readonly<Record<string, Flow>>): Record<string, string> =>
  Object.fromEntries([...new Set(used)].sort().map((name) => [name, flowDigest(flows[name] as Flow)]));
