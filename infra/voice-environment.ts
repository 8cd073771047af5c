import * as pulumi from "@pulumi/pulumi";
import { Application, DidRouteTable, WebhookSecret } from "pulumi-minivoice";
import { compileAnswers } from "../src/call-flow/compile.ts";
import { flowDigest } from "../src/call-flow/digest.ts";
import type { Flow } from "../src/call-flow/flow.ts";
import { VoiceFunction } from "./voice-function.ts";
import { REJECT, type VoiceApplication, type VoiceFile } from "./voice-schema.ts";
import { WebhookPipeline } from "./webhook-pipeline.ts";

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
  /** Guard what callers depend on: function URLs, call records and applications are not deleted. */
  protect?: boolean;
  /** Days that CloudWatch keeps the functions' logs. */
  logRetentionDays: number;
  /** Days that call records are kept. */
  recordRetentionDays: number;
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
  readonly picture: Picture;

  constructor(name: string, args: VoiceEnvironmentArgs, opts?: pulumi.ComponentResourceOptions) {
    super("voice:index:VoiceEnvironment", name, {}, opts);
    const parent = { parent: this };
    const { stack, voice, flows, protect = false, logRetentionDays, recordRetentionDays } = args;
    const common = { logRetentionDays, protect, tags: { "voice:stack": stack } };

    const secret = new WebhookSecret("webhook", {}, parent);
    const flowOf = Object.fromEntries(
      Object.entries(voice.applications).flatMap(([key, { flow }]) => (flow ? [[key, flow]] : [])),
    );
    const answer = new VoiceFunction(
      `${name}-${stack}-answer`,
      {
        description: "Answers calls with the actions of their flow",
        source: {
          entry: "src/functions/answer.ts",
          virtual: { "virtual:answers": compileAnswers(flowOf, flows) },
        },
        // A caller who waits longer than this for the first word has hung up.
        timeout: "5 seconds",
        memorySize: 512,
        ...common,
      },
      parent,
    );
    const webhook = new WebhookPipeline(
      `${name}-${stack}-webhook`,
      { secret: secret.value, recordRetentionDays, ...common },
      parent,
    );

    const endpointsOf = (key: string, { answerUrl, webhookUrl }: VoiceApplication): Endpoints =>
      answerUrl
        ? { answerUrl, ...(webhookUrl && { webhookUrl }) }
        : {
            answerUrl: pulumi.interpolate`${answer.url}answer/${key}`,
            webhookUrl: webhook.url,
            webhookSecret: secret.value,
          };
    const applications = mapValues(voice.applications, (declared, key): ApplicationPicture => {
      const { name, flow, adopt } = declared;
      const endpoints = endpointsOf(key, declared);
      const { applicationId } = new Application(
        key,
        { name, ...endpoints, ...(adopt && { adopt }) },
        // Nobody is to be sent to a function that does not know the application yet.
        { ...parent, protect, dependsOn: [answer, webhook] },
      );
      const { webhookSecret: _, ...urls } = endpoints;
      return { applicationId, name, ...(flow && { flow }), ...urls };
    });

    new DidRouteTable(
      "numbers",
      { routes: mapValues(voice.routes, (target) => applications[target]?.applicationId ?? REJECT) },
      parent,
    );

    this.answerUrl = answer.url;
    this.webhookUrl = webhook.url;
    this.picture = {
      stack,
      capabilities: args.capabilities,
      ...(args.revision && { revision: args.revision }),
      flows: digestsOf(Object.values(flowOf), flows),
      applications,
      routes: voice.routes,
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
