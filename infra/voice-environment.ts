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
  /** Guard what callers depend on: nothing of it is deleted, and a number that leaves the voice file keeps its route. */
  protect?: boolean;
  /** Days that CloudWatch keeps the functions' logs. */
  logRetentionDays: number;
  /** Days that call records are kept. */
  recordRetentionDays: number;
}

/** One environment as people want to see it: keys are those of the voice file. */
export interface Picture {
  stack: string;
  capabilities: string;
  revision?: string;
  /** Flow → digest of what callers meet in it. */
  flows: Record<string, string>;
  applications: Record<
    string,
    { applicationId: string; name: string; flow?: string; answerUrl: string; webhookUrl?: string }
  >;
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
  readonly picture: pulumi.Output<Picture>;

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

    const declare = (key: string, { name, adopt, answerUrl, webhookUrl }: VoiceApplication): Application => {
      const endpoints = answerUrl
        ? { answerUrl, ...(webhookUrl && { webhookUrl }) }
        : {
            answerUrl: pulumi.interpolate`${answer.url}answer/${key}`,
            webhookUrl: webhook.url,
            webhookSecret: secret.value,
          };
      return new Application(
        key,
        { name, ...endpoints, ...(adopt && { adopt }) },
        // Nobody is to be sent to a function that does not know the application yet.
        { ...parent, protect, dependsOn: [answer, webhook] },
      );
    };
    const applications = Object.fromEntries(
      Object.entries(voice.applications).map(([key, application]) => [key, declare(key, application)]),
    );

    const targetOf = (target: string): pulumi.Input<string> => applications[target]?.applicationId ?? REJECT;
    new DidRouteTable(
      "numbers",
      {
        routes: Object.fromEntries(Object.entries(voice.routes).map(([number, key]) => [number, targetOf(key)])),
        ...(protect && { onDelete: "leave" as const }),
      },
      parent,
    );

    this.answerUrl = answer.url;
    this.webhookUrl = webhook.url;
    this.picture = pulumi.output({
      stack,
      capabilities: args.capabilities,
      ...(args.revision && { revision: args.revision }),
      flows: Object.fromEntries(
        [...new Set(Object.values(flowOf))].sort().map((flow) => [flow, flowDigest(flows[flow] as Flow)]),
      ),
      applications: Object.fromEntries(
        Object.entries(applications).map(([key, application]) => {
          const { applicationId, name, answerUrl, webhookUrl } = application;
          const flow = flowOf[key];
          return [key, { applicationId, name, ...(flow && { flow }), answerUrl, webhookUrl }];
        }),
      ),
      routes: voice.routes,
    }) as pulumi.Output<Picture>;
    this.registerOutputs({ answerUrl: this.answerUrl, webhookUrl: this.webhookUrl });
  }
}
