import type { Duration } from "./api/duration.ts";
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

/**
 * Reads the configuration namespace `minivoice`. The environment wins over it, for the two values that differ from
 * machine to machine, and is never stored.
 *
 * @param read - the value of a key such as `minivoice:customerId`, if set
 * @throws ConfigurationError that names the field, the value (never the key) and the way out
 */
export function configurationOf(read: (key: string) => string | undefined, environment = process.env): Configuration {
  const configuration: Configuration = {
    apiKey: environment.MINIVOICE_API_KEY || read("minivoice:apiKey") || "",
    baseUrl: environment.MINIVOICE_BASE_URL || read("minivoice:baseUrl"),
    capabilities: capabilitySetOf(read("minivoice:capabilities")),
    customerId: read("minivoice:customerId"),
    concurrency: numberOf(read("minivoice:concurrency")),
    requestsPerSecond: numberOf(read("minivoice:requestsPerSecond")),
    timeout: read("minivoice:timeout") as Duration | undefined,
    expectation: environment.MINIVOICE_EXPECT ? Expectation.read(environment.MINIVOICE_EXPECT) : undefined,
  };
  settingsOf(configuration);
  return configuration;
}

const numberOf = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text));
