import { MiniVoiceClient } from "../api/client.ts";
import type { Duration } from "../api/duration.ts";
import { durationOf, type Options } from "../api/settings.ts";
import { type Capabilities, type CapabilitySet, capabilitySets } from "./capabilities.ts";
import { Claims } from "./claims.ts";
import type { Expectation } from "./expectation.ts";
import { Inventory } from "./inventory.ts";

/** What every operation of one run shares: the account, what may be done to it, and what the run declares. */
export interface Context {
  readonly client: MiniVoiceClient;
  readonly capabilities: Capabilities;
  readonly inventory: Inventory;
  readonly claims: Claims;
  /** Objects of any other customer are refused. */
  readonly customerId: string | undefined;
  /** Only these numbers may be written, if given. */
  readonly expectation: Expectation | undefined;
  /** Milliseconds. The API need not be read-your-writes, so one stale read is no proof of failure; this long, it is. */
  readonly readBackLimit: number;
  /** Tells the person who watches the run, one line at a time. */
  say(message: string): void;
}

/**
 * @throws ConfigurationError
 * @example
 * const context = createContext({ apiKey, capabilities: "managed", say: console.error });
 * await didRoute.read(context, "did_123", { number: "+15551230001" });
 */
export function createContext(
  options: Options & {
    capabilities: CapabilitySet;
    customerId?: string | undefined;
    claims?: Claims;
    expectation?: Expectation | undefined;
    /** How long a read may lag behind a write. Default `"10 seconds"`. */
    readBackLimit?: Duration | undefined;
    say: (message: string) => void;
  },
): Context {
  const client = new MiniVoiceClient(options);
  const capabilities = capabilitySets[options.capabilities];
  return {
    client,
    capabilities,
    inventory: new Inventory(client, capabilities),
    claims: options.claims ?? new Claims(),
    customerId: options.customerId,
    expectation: options.expectation,
    readBackLimit: durationOf("readBackLimit", options.readBackLimit ?? "10 seconds"),
    say: options.say,
  };
}
