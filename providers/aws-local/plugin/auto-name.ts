import { createHash } from "node:crypto";

/**
 * The name that the AWS provider generates: the resource's own name, a dash and seven hexadecimal digits.
 *
 * @param seed The engine's random seed: the same in preview and update, so that both show one name.
 * @throws Error when not even one character of the name would be left within `maxLength`.
 * @example autoName("answer", seed, 64) // "answer-1a2b3c4"
 */
export function autoName(name: string, seed: Uint8Array, maxLength: number): string {
  const suffix = `-${createHash("sha256").update(seed).digest("hex").slice(0, 7)}`;
  if (name.length + suffix.length > maxLength) {
    throw new Error(
      `The name "${name}" is too long to generate one of at most ${maxLength} characters from it: ` +
        `shorten it to ${maxLength - suffix.length}, or give the resource a name of its own.`,
    );
  }
  return `${name}${suffix}`;
}
