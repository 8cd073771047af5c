import type { Duration } from "./api/duration.ts";
import { ConfigurationError } from "./api/errors.ts";
import { type Options, settingsOf } from "./api/settings.ts";
import { type CapabilitySet, capabilitySetOf } from "./lifecycle/capabilities.ts";
import { Expectation } from "./lifecycle/expectation.ts";

/** An account, and what may be done to it. */
export type Configuration = Options & {
  capabilities: CapabilitySet;
  customerId: string | undefined;
  /** From `MINIVOICE_EXPECT`; see {@link Expectation}. */
  expectation: Expectation | undefined;
};

type Read = (key: string) => string | undefined;

/**
 * Reads the configuration namespace `minivoice`. The environment wins over it, for the two values that differ from
 * machine to machine, and is never stored.
 *
 * @param read - the value of a key such as `minivoice:customerId`, if set
 * @throws ConfigurationError that names the field, the value (never the key) and the way out
 */
export function configurationOf(read: Read, environment = process.env): Configuration {
  const configuration: Configuration = {
    apiKey: environment.MINIVOICE_API_KEY || read("minivoice:apiKey") || "",
    baseUrl: environment.MINIVOICE_BASE_URL || read("minivoice:baseUrl"),
    capabilities: capabilitySetOf(read("minivoice:capabilities")),
    customerId: customerIn(read),
    concurrency: numberIn(read, "minivoice:concurrency"),
    requestsPerSecond: numberIn(read, "minivoice:requestsPerSecond"),
    timeout: read("minivoice:timeout") as Duration | undefined,
    expectation: environment.MINIVOICE_EXPECT ? Expectation.read(environment.MINIVOICE_EXPECT) : undefined,
  };
  settingsOf(configuration);
  return configuration;
}

function numberIn(read: Read, key: string): number | undefined {
  const text = read(key);
  if (text === undefined) return undefined;
  if (text.trim() === "" || Number.isNaN(Number(text)))
    throw new ConfigurationError(`${key} is "${text}": expected a number above 0`);
  return Number(text);
}

/** An empty one would switch the guard off without anybody having meant it. */
function customerIn(read: Read): string | undefined {
  const customerId = read("minivoice:customerId");
  if (customerId?.trim() === "")
    throw new ConfigurationError(
      "minivoice:customerId is empty: give the id of the customer that this stack is for, or remove it (pulumi config rm minivoice:customerId)",
    );
  return customerId;
}
