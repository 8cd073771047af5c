import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { defaultBaseUrl } from "pulumi-minivoice/api";
import { type CapabilitySet, capabilitySetOf } from "pulumi-minivoice/lifecycle";
import type { Flow } from "../src/call-flow/flow.ts";
import { flowsFor } from "../src/flows/index.ts";
import type { Account } from "./account.ts";
import { logRetention, recordRetention } from "./retention.ts";
import { type Claim, readVoiceFile } from "./voice-file.ts";
import type { VoiceFile } from "./voice-schema.ts";
import { formatProblem } from "./yaml-source.ts";

/** Everything that one stack is built from: its Pulumi configuration and its voice file, read and checked once. */
export interface Settings {
  stack: string;
  account: Account;
  /** Whether a key is set; the key itself is the provider's alone. */
  hasApiKey: boolean;
  /** What the account's API can do. */
  capabilities: CapabilitySet;
  /** Guard what callers depend on against deletion. */
  protect: boolean;
  /** Days that CloudWatch keeps the functions' logs: one of the values it offers, such as 30 or 90. */
  logRetentionDays: number;
  /** Days that call records are kept. */
  recordRetentionDays: number;
  /** The call flows of this stack by name, with the destinations of its directory. */
  flows: Record<string, Flow>;
  voice: VoiceFile;
  /** What the voice file uses that no other stack of the account may use. */
  claims: Claim[];
  /** The folder of the voice files. */
  directory: string;
}

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

  const local = voiceConfig.getBoolean("local") ?? false;
  const flows = withoutStackTrace(() => flowsFor(stack, { local }));
  const { voice, problems, claims } = readVoiceFile(directory, stack, Object.keys(flows));
  if (!voice || !claims) throw new pulumi.RunError(problems.map(formatProblem).join("\n"));

  return {
    stack,
    account: {
      local,
      baseUrl: process.env.MINIVOICE_BASE_URL || minivoice.get("baseUrl") || defaultBaseUrl,
      customerId: minivoice.get("customerId"),
    },
    hasApiKey: Boolean(process.env.MINIVOICE_API_KEY) || minivoice.getSecret("apiKey") !== undefined,
    capabilities: withoutStackTrace(() => capabilitySetOf(minivoice.get("capabilities"))),
    protect: voiceConfig.getBoolean("protect") ?? false,
    logRetentionDays: logRetention(voiceConfig.get("logRetentionDays") ?? "30"),
    recordRetentionDays: recordRetention(voiceConfig.get("recordRetentionDays") ?? "90"),
    flows,
    voice,
    claims,
    directory,
  };
}

/** For what the author of a setting has to mend: the place in our code would not help. */
function withoutStackTrace<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw new pulumi.RunError(error instanceof Error ? error.message : String(error));
  }
}
