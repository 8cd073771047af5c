import * as pulumi from "@pulumi/pulumi";
import { isLoopback } from "pulumi-minivoice/api";
import { publicUrl } from "pulumi-minivoice/lifecycle";
import { type LiveBackendRule, liveBackendProblems } from "../src/stack-rules/live-backend.ts";
import { sharedWithinAccount, sharedWithProduction, stacksIn } from "./account.ts";
import { allowedViolations } from "./overrides.ts";
import { PUBLIC_INVOKE, watchPublicInvoke } from "./public-invoke.ts";
import { refusal } from "./refusal.ts";
import type { Settings } from "./settings.ts";
import { StackFile } from "./stack-file.ts";
import { formatProblem } from "./yaml-source.ts";

/** A rule that keeps one environment from reaching into another, or callers from what they depend on. */
export interface Safeguard {
  name: string;
  /** What breaks the rule, and the way out; empty when nothing does. */
  violations(settings: Settings): string[];
}

/** Whether the API is this machine. A URL that is none is no answer: the rule `base-url` speaks of it. */
const isHere = ({ baseUrl }: Settings["account"]): boolean | undefined =>
  URL.canParse(baseUrl) ? isLoopback(new URL(baseUrl).hostname) : undefined;

/** The rules, each under the name by which its message, `voice:allow` and the documentation call it. */
export const safeguards: Safeguard[] = [
  {
    name: "base-url",
    violations: ({ account: { baseUrl } }) => {
      const problem = publicUrl(baseUrl);
      return problem ? [`minivoice:baseUrl (or MINIVOICE_BASE_URL): ${problem}`] : [];
    },
  },
  {
    name: "local-stays-local",
    violations: ({ stack, account }) =>
      !account.local || isHere(account) !== false
        ? []
        : [
            `stack "${stack}" has voice:local, so it works with the sandbox only, not with "${account.baseUrl}": ` +
              "start the sandbox with `npm start` and run `npm run pulumi -- …`, which sets MINIVOICE_BASE_URL",
          ],
  },
  {
    name: "live-stays-live",
    violations: ({ stack, account }) =>
      account.local || isHere(account) !== true
        ? []
        : [
            `stack "${stack}" has live functions, but "${account.baseUrl}" is this machine: unset MINIVOICE_BASE_URL, ` +
              `or set minivoice:baseUrl to the account's API ("voice:local" marks a stack that runs here)`,
          ],
  },
  {
    name: "api-key",
    violations: ({ hasApiKey }) =>
      hasApiKey
        ? []
        : [
            "there is no MiniVoice API key: set the environment variable MINIVOICE_API_KEY, " +
              "or run `pulumi config set --secret minivoice:apiKey`",
          ],
  },
  {
    name: "plain-text-api-key",
    violations: ({ directory, stack }) => {
      const file = new StackFile(directory, stack);
      if (file.plain("minivoice:apiKey") === undefined) return [];
      const message =
        "minivoice:apiKey is in plain text, for everybody who can read this file: make a new key in the account, remove " +
        "this one, and set MINIVOICE_API_KEY or run `pulumi config set --secret minivoice:apiKey`";
      return [formatProblem({ ...file.placeOf("minivoice:apiKey"), message })];
    },
  },
  {
    name: "stacks-apart",
    violations: ({ directory, ...own }) => sharedWithinAccount(directory, own).map(formatProblem),
  },
  {
    name: "production-numbers",
    violations: ({ directory, ...own }) => sharedWithProduction(directory, own).map(formatProblem),
  },
  {
    name: "own-domain",
    violations: ({ directory, stack, publicBaseUrl }) =>
      stacksIn(directory)
        .filter((other) => other !== stack && publicBaseUrl !== undefined)
        .filter(
          (other) => new StackFile(directory, other).plain("voice:publicBaseUrl")?.replace(/\/$/, "") === publicBaseUrl,
        )
        .map((other) => `voice:publicBaseUrl "${publicBaseUrl}" is also that of "${other}": each stack needs its own`),
  },
  {
    name: "production-is-marked",
    violations: ({ stack, production, account }) =>
      production || account.local || !/^(?:prod|production|live)$/i.test(stack)
        ? []
        : [
            `stack "${stack}" is called production and is not marked so, and nothing of it would be guarded: run ` +
              "`pulumi config set voice:production true`",
          ],
  },
  {
    name: "production-is-live",
    violations: ({ stack, production, account }) =>
      production && account.local
        ? [
            `stack "${stack}" has voice:local and voice:production: live callers cannot reach this machine, keep one of them`,
          ]
        : [],
  },
  backendRule("production-backend"),
  backendRule("production-secrets"),
];

/** Where production's state and secrets are kept matters once something is written: a preview on a copy goes on. */
function backendRule(name: LiveBackendRule): Safeguard {
  return {
    name,
    violations: ({ directory, stack, production, deploying }) => {
      if (!production || !deploying) return [];
      const problem = liveBackendProblems(stack, new StackFile(directory, stack).fields, process.env)[name];
      return problem ? [problem] : [];
    },
  };
}

/** The names of all rules. */
export const ruleNames: readonly string[] = [...safeguards.map(({ name }) => name), PUBLIC_INVOKE];

/**
 * Refuses settings that break a rule, before anything is planned, let alone written. A rule that `voice:allow` names is
 * not held: its violations are printed, with the reason.
 *
 * @throws RunError, which the engine shows without a stack trace, with every violation.
 */
export function enforceSafeguards(settings: Settings): void {
  const allowed = allowedViolations(settings.allow, ruleNames);
  const found = safeguards.flatMap(({ name, violations }) =>
    violations(settings).map((violation) => ({ name, text: `${violation} [${name}]` })),
  );
  const refused = found.filter(({ name }) => !Object.hasOwn(allowed, name));
  if (refused.length > 0) throw new pulumi.RunError(refused.map(({ text }) => text).join("\n"));
  for (const { name, text } of found) permit(text, allowed[name]);
  if (settings.production && settings.alarmActions.length === 0)
    pulumi.log.warn("the alarms of this production stack tell nobody: set voice:alarmTopicArn to an SNS topic");
}

/** Refuses, from now on, resources that break a rule; the same holds for `voice:allow`. */
export function watchResources({ allow }: Pick<Settings, "allow">): void {
  const reason = allowedViolations(allow, ruleNames)[PUBLIC_INVOKE];
  watchPublicInvoke((violation) => {
    const text = `${violation} [${PUBLIC_INVOKE}]`;
    if (reason === undefined) throw refusal(text);
    permit(text, reason);
  });
}

const permit = (text: string, reason: string | undefined): void =>
  void pulumi.log.warn(`${text}\nallowed by voice:allow: ${reason}`);
