import { isDeepStrictEqual } from "node:util";
import type { ConfiguredValue, StackReading } from "../reading.ts";
import { ours, type Phrase } from "../report/phrase.ts";

/** A setting of `Pulumi.<stack>.yaml` that differs. What is secret is never shown. */
export interface ConfigurationChange {
  key: string;
  from?: string;
  to?: string;
  secret?: true;
  /** What follows from it for the whole stack. */
  consequences: Phrase[];
}

/** Settings that decide where a stack is, and what guards it. */
const meanings: Readonly<Record<string, string>> = {
  "minivoice:baseUrl":
    "the whole stack moves to another API: its applications and numbers are those of another account",
  "minivoice:customerId": "the whole stack moves to another customer's applications and numbers",
  "minivoice:capabilities": "decides what the deployment writes, and what is left to do by hand",
  "minivoice:apiKey": "the key to the account is another one",
  "voice:local": "decides whether this stack is a simulation or real",
  "voice:production": "guards what cannot be had again, and decides what becomes of numbers that leave the code",
  "voice:allow": "rules of the deployment that this stack may break",
  "voice:publicBaseUrl": "the answer_url and webhook_url of every application that a flow answers",
  "voice:webhookSecretVersion": "a new webhook secret for every application that a flow answers",
};

/** Compares the configuration of a stack that is in the repository. */
export function compareConfiguration(from: StackReading | undefined, to: StackReading): ConfigurationChange[] {
  if (!from) return [];
  const keys = [...new Set([...Object.keys(from.configuration), ...Object.keys(to.configuration)])].sort();
  return keys.flatMap((key): ConfigurationChange[] => {
    const [was, is] = [ownValue(from.configuration, key), ownValue(to.configuration, key)];
    if (isDeepStrictEqual(was, is)) return [];
    const meaning = ownValue(meanings, key);
    return [
      {
        key,
        ...(was && "plain" in was && { from: was.plain }),
        ...(is && "plain" in is && { to: is.plain }),
        ...([was, is].some((value) => value && "secretDigest" in value) && { secret: true as const }),
        consequences: meaning ? [ours(meaning)] : [],
      },
    ];
  });
}

const ownValue = <Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;

/** They say of a secret which one it is and how long it lasts, and are none. */
const noSecrets = ["voice:webhookSecretVersion", "voice:webhookSecretOverlap"];

/** Reads one value as it stands in the file: text, or `{ secure: <encrypted> }`. */
export function configuredValue(key: string, value: unknown, digest: (text: string) => string): ConfiguredValue {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const encrypted = typeof value !== "string" && /"secure":/.test(text);
  const isCalledSo = /key|secret|token|password|credential/i.test(key) && !noSecrets.includes(key);
  return encrypted || isCalledSo ? { secretDigest: digest(text) } : { plain: text };
}
