import * as pulumi from "@pulumi/pulumi";

/** How many days CloudWatch offers to keep a log. It would also keep one for ever, which nobody should get by accident. */
const offered = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/**
 * The setting `voice:logRetentionDays`: days that a log is kept.
 *
 * @throws RunError, which the engine shows without a stack trace, when CloudWatch does not offer that.
 * @example logRetention("30"); // 30
 */
export function logRetention(text: string): number {
  const days = wholeDays(text);
  if (days !== undefined && offered.includes(days)) return days;
  throw new pulumi.RunError(
    `voice:logRetentionDays is "${text}": CloudWatch keeps logs for ${offered.slice(0, -1).join(", ")} or ` +
      `${offered.at(-1)} days, set one of these, such as \`pulumi config set voice:logRetentionDays 30\``,
  );
}

/**
 * The setting `voice:recordRetentionDays`: days that a call record is kept.
 *
 * @throws RunError, which the engine shows without a stack trace, when it is no whole number of days from 1 on.
 * @example recordRetention("90"); // 90
 */
export function recordRetention(text: string): number {
  const days = wholeDays(text);
  if (days !== undefined && days >= 1) return days;
  throw new pulumi.RunError(
    `voice:recordRetentionDays is "${text}": expected a whole number of days, 1 or more, such as ` +
      "`pulumi config set voice:recordRetentionDays 90`",
  );
}

/** Digits and nothing else: `30 days`, `1e3` and `0x1e` are slips of the pen, which `Number` or `parseFloat` would let pass. */
function wholeDays(text: string): number | undefined {
  const days = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(days) ? days : undefined;
}
