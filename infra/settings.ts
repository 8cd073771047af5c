import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { type Duration, defaultBaseUrl, milliseconds } from "pulumi-minivoice/api";
import { type CapabilitySet, capabilitySetOf } from "pulumi-minivoice/lifecycle";
import type { Flow } from "../src/call-flow/flow.ts";
import { type ActionSyntax, actionSyntaxes } from "../src/call-flow/wire.ts";
import { flowsFor } from "../src/flows/index.ts";
import type { Account } from "./account.ts";
import { wholeMinutes } from "./check-interval.ts";
import type { WatchedAccount } from "./drift-watch.ts";
import { publicBaseUrl } from "./public-base-url.ts";
import { logRetention, recordRetention } from "./retention.ts";
import { type Claim, readVoiceFile } from "./voice-file.ts";
import type { VoiceFile } from "./voice-schema.ts";
import { webhookMaxAgeHours } from "./webhook-age.ts";
import { formatProblem } from "./yaml-source.ts";

/** Everything that one stack is built from: its Pulumi configuration and its voice file, read and checked once. */
export interface Settings {
  stack: string;
  account: Account;
  /** Whether a key is set; the key itself is the provider's alone. */
  hasApiKey: boolean;
  /** What the account's API can do. */
  capabilities: CapabilitySet;
  /** Live callers depend on it: what cannot be had again is guarded, and numbers stay when they leave the code. */
  production: boolean;
  /** Days that CloudWatch keeps the functions' logs: one of the values it offers, such as 30 or 90. */
  logRetentionDays: number;
  /** Days that call records are kept. */
  recordRetentionDays: number;
  /** How old a signed webhook may be and still count as news. */
  webhookMaxAge: Duration;
  /** Any text; another one makes a new webhook secret. */
  webhookSecretVersion?: string | undefined;
  /** How long the webhook secret before stays valid. */
  webhookSecretOverlap: Duration;
  /** The domain in front of the functions, without a slash at its end. */
  publicBaseUrl?: string | undefined;
  /** Who is told when an alarm goes off, and when it is over: ARNs of SNS topics. */
  alarmActions: string[];
  /** Where the runbook can be read; the alarms link to its sections. */
  runbook?: string | undefined;
  /** The watch over drift, if the stack has one. */
  driftWatch?: { every: Duration; account: WatchedAccount } | undefined;
  /** How actions are written. */
  actionSyntax: ActionSyntax;
  /** The call flows of this stack by name, with the destinations of its directory. */
  flows: Record<string, Flow>;
  voice: VoiceFile;
  /** What the voice file uses that no other stack of the account may use. */
  claims: Claim[];
  /** The folder of the voice files. */
  directory: string;
  /** `voice:allow` as it was given: rules that may be broken, and why. */
  allow?: unknown;
  /** Whether this run writes; a preview does not. */
  deploying: boolean;
}

/** The keys of the namespace `voice`: any other is a slip of the pen, and would be one without effect. */
const known = [
  ...["local", "production", "allow", "publicBaseUrl", "alarmTopicArn", "runbookUrl", "actionSyntax", "driftWatch"],
  ...["logRetentionDays", "recordRetentionDays"],
  ...["webhookMaxAge", "webhookSecretVersion", "webhookSecretOverlap"],
];

/**
 * Reads the settings of the stack that the engine is running.
 *
 * @throws RunError, which the engine shows without a stack trace, with a setting that cannot be, or with every problem of
 * the voice file.
 */
export function readSettings(): Settings {
  const stack = pulumi.getStack();
  const voiceConfig = new pulumi.Config("voice");
  const minivoice = new pulumi.Config("minivoice");
  const directory = process.env.VOICE_STACKS_DIR || join(import.meta.dirname, "..", "stacks");
  assertKnown(Object.keys(pulumi.runtime.allConfig()));

  const local = voiceConfig.getBoolean("local") ?? false;
  const production = voiceConfig.getBoolean("production") ?? false;
  const flows = withoutStackTrace(() => flowsFor(stack, { local }));
  const { voice, problems, claims } = readVoiceFile(directory, stack, Object.keys(flows));
  if (!voice || !claims) throw new pulumi.RunError(problems.map(formatProblem).join("\n"));

  const capabilities = withoutStackTrace(() => capabilitySetOf(minivoice.get("capabilities")));
  const recordRetentionDays = recordRetention(voiceConfig.get("recordRetentionDays") ?? "90");
  const webhookMaxAge = (voiceConfig.get("webhookMaxAge") ?? "24 hours") as Duration;
  webhookMaxAgeHours(webhookMaxAge, recordRetentionDays);
  const base = voiceConfig.get("publicBaseUrl");
  const topic = voiceConfig.get("alarmTopicArn");
  const every = voiceConfig.get("driftWatch");
  const baseUrl = process.env.MINIVOICE_BASE_URL || minivoice.get("baseUrl") || defaultBaseUrl;

  return {
    stack,
    account: { local, production, baseUrl, customerId: minivoice.get("customerId") },
    hasApiKey: Boolean(process.env.MINIVOICE_API_KEY) || minivoice.getSecret("apiKey") !== undefined,
    capabilities,
    production,
    logRetentionDays: logRetention(voiceConfig.get("logRetentionDays") ?? "30"),
    recordRetentionDays,
    webhookMaxAge,
    webhookSecretVersion: voiceConfig.get("webhookSecretVersion"),
    webhookSecretOverlap: overlap(voiceConfig.get("webhookSecretOverlap"), capabilities),
    publicBaseUrl: base === undefined ? undefined : publicBaseUrl(base),
    alarmActions: topic === undefined ? [] : [topicArn(topic)],
    runbook: voiceConfig.get("runbookUrl"),
    driftWatch: every === undefined ? undefined : driftWatch(every, minivoice, baseUrl),
    actionSyntax: syntax(voiceConfig.get("actionSyntax") ?? "mixed"),
    flows,
    voice,
    claims,
    directory,
    allow: voiceConfig.getObject("allow"),
    deploying: !pulumi.runtime.isDryRun(),
  };
}

function assertKnown(keys: readonly string[]): void {
  const [unknown] = keys.filter((key) => key.startsWith("voice:") && !known.includes(key.slice("voice:".length)));
  if (unknown === undefined) return;
  const wayOut = unknown === "voice:protect" ? "a stack that is to be guarded has voice:production" : "remove it";
  throw new pulumi.RunError(`there is no setting ${unknown} (there are ${known.join(", ")}): ${wayOut}`);
}

/** Where a person has to write the new secret into the account, it takes until somebody does. */
function overlap(given: string | undefined, capabilities: CapabilitySet): Duration {
  if (given === undefined) return capabilities === "managed" ? "24 hours" : "7 days";
  if (milliseconds(given)) return given as Duration;
  throw new pulumi.RunError(`voice:webhookSecretOverlap is "${given}": expected a time such as "24 hours"`);
}

function syntax(given: string): ActionSyntax {
  const known = actionSyntaxes.find((candidate) => candidate === given);
  if (known) return known;
  throw new pulumi.RunError(`voice:actionSyntax is "${given}": expected one of ${actionSyntaxes.join(", ")}`);
}

/**
 * The account as the watch in the cloud reaches it. The key of the configuration comes first, other than in the provider: what
 * lies in the parameter store should not depend on who has deployed last.
 */
function driftWatch(every: string, minivoice: pulumi.Config, baseUrl: string): Settings["driftWatch"] {
  wholeMinutes(every);
  const keys = ["capabilities", "customerId", "concurrency", "requestsPerSecond", "timeout"];
  const given = keys.flatMap((key) => {
    const value = minivoice.get(key);
    return value === undefined ? [] : [[`minivoice:${key}`, value] as const];
  });
  const apiKey = minivoice.getSecret("apiKey") ?? pulumi.secret(process.env.MINIVOICE_API_KEY ?? "");
  const settings = { ...Object.fromEntries(given), "minivoice:baseUrl": baseUrl };
  return { every: every as Duration, account: { apiKey, settings } };
}

function topicArn(given: string): string {
  if (/^arn:aws[\w-]*:sns:[a-z0-9-]+:\d{12}:[\w-]+(\.fifo)?$/.test(given)) return given;
  throw new pulumi.RunError(
    `voice:alarmTopicArn is "${given}": expected the ARN of an SNS topic, such as arn:aws:sns:eu-central-1:123456789012:on-call`,
  );
}

/** For what the author of a setting has to mend: the place in our code would not help. */
function withoutStackTrace<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw new pulumi.RunError(error instanceof Error ? error.message : String(error));
  }
}
