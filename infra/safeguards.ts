import * as pulumi from "@pulumi/pulumi";
import { isLoopback } from "pulumi-minivoice/api";
import { publicUrl } from "pulumi-minivoice/lifecycle";
import { sharedWithOtherStacks } from "./account.ts";
import type { Settings } from "./settings.ts";
import { formatProblem } from "./yaml-source.ts";

/** A rule that keeps one environment from reaching into another. */
export interface Safeguard {
  name: string;
  /** What breaks the rule, and the way out; empty when nothing does. */
  violations(settings: Settings): string[];
}

const hostOf = (baseUrl: string): string => new URL(baseUrl).hostname;

/** The rules, each under the name by which its message and the documentation call it. */
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
    violations: ({ stack, account: { local, baseUrl } }) =>
      !local || isLoopback(hostOf(baseUrl))
        ? []
        : [
            `stack "${stack}" has voice:local, so it works with the sandbox only, not with "${baseUrl}": ` +
              "start the sandbox with `npm start` and run `npm run pulumi -- …`, which sets MINIVOICE_BASE_URL",
          ],
  },
  {
    name: "live-stays-live",
    violations: ({ stack, account: { local, baseUrl } }) =>
      local || !isLoopback(hostOf(baseUrl))
        ? []
        : [
            `stack "${stack}" has live functions, but "${baseUrl}" is this machine: unset MINIVOICE_BASE_URL, ` +
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
    name: "stacks-apart",
    violations: ({ directory, stack, claims, account }) =>
      sharedWithOtherStacks(directory, { stack, claims, account }).map(formatProblem),
  },
];

/**
 * Refuses settings that break a rule, before anything is planned, let alone written.
 *
 * @throws RunError, which the engine shows without a stack trace, with every violation.
 */
export function enforceSafeguards(settings: Settings): void {
  const violations: string[] = [];
  for (const { name, violations: of } of safeguards) {
    violations.push(...of(settings).map((violation) => `${violation} [${name}]`));
    // Without a usable base URL the other rules have nothing to judge.
    if (name === "base-url" && violations.length > 0) break;
  }
  if (violations.length > 0) throw new pulumi.RunError(violations.join("\n"));
}
