import { randomBytes } from "node:crypto";
import type { ApplicationFields } from "./application-fields.ts";
import { type Assumptions, assume } from "./assumptions.ts";
import { applicationInUse, invalidRequest, notFound } from "./errors.ts";
import type { AccountState, Capabilities, RouteMode, StoredApplication, StoredDid } from "./state.ts";

/** A change of what a number does; what is left out stays as it is, `null` takes the application away. */
export interface RouteChange {
  application_id?: string | null;
  route_mode?: RouteMode;
}

/** What a new account begins with. */
export interface AccountSeed {
  customerId: string;
  capabilities: Capabilities;
  numbers: string[];
}

const key = () => `mv_sandbox_${randomBytes(24).toString("hex")}`;

/** E.164 by syntax alone, so that fictitious numbers pass. */
export const E164 = /^\+[1-9]\d{6,14}$/;

/** One customer's applications, keys and numbers. Each change returns once it is saved. */
export class Account {
  readonly customerId: string;
  readonly controlToken: string;
  readonly portalKey: string;
  readonly #portalApplicationId: string;
  readonly #applications = new Map<string, StoredApplication>();
  readonly #applicationsByKey = new Map<string, StoredApplication>();
  readonly #dids = new Map<string, StoredDid>();
  readonly #didsByNumber = new Map<string, StoredDid>();
  readonly #save: (current: () => AccountState) => Promise<void>;
  #capabilities: Capabilities;
  #chosen: Partial<Assumptions>;
  #assumptions: Assumptions;
  #sequence: number;

  constructor(state: AccountState, save: (current: () => AccountState) => Promise<void>) {
    this.customerId = state.customerId;
    this.controlToken = state.controlToken;
    this.portalKey = state.portalKey;
    this.#portalApplicationId = state.portalApplicationId;
    this.#capabilities = state.capabilities;
    this.#assumptions = assume(state.assumptions);
    this.#chosen = state.assumptions;
    this.#sequence = state.sequence;
    this.#save = save;
    for (const application of state.applications) this.#keep(application);
    for (const did of state.dids) this.#keepDid(did);
  }

  /** The account as it comes from the portal: numbers without an application, and one application, whose key is the first. */
  static seed({ customerId, capabilities, numbers }: AccountSeed): AccountState {
    const created_at = new Date().toISOString();
    const portal = { id: newId("app", 1), name: "Account portal", api_key: key(), created_at };
    return {
      version: 1,
      customerId,
      capabilities,
      controlToken: `sandbox_control_${randomBytes(24).toString("hex")}`,
      portalApplicationId: portal.id,
      portalKey: portal.api_key,
      sequence: numbers.length + 1,
      assumptions: {},
      applications: [portal],
      dids: numbers.map((number, index) => newDid(checkNumber(number), index + 2)),
    };
  }

  get capabilities(): Capabilities {
    return this.#capabilities;
  }

  get assumptions(): Assumptions {
    return this.#assumptions;
  }

  get applications(): StoredApplication[] {
    return [...this.#applications.values()];
  }

  get dids(): StoredDid[] {
    return [...this.#dids.values()];
  }

  /** Whether this is the application that the portal made, which no program declares. */
  isPortal = (id: string): boolean => id === this.#portalApplicationId;

  ofKey = (apiKey: string): StoredApplication | undefined => this.#applicationsByKey.get(apiKey);

  application = (id: string): StoredApplication => {
    const application = this.#applications.get(id);
    if (!application) throw notFound("application");
    return application;
  };

  did = (id: string): StoredDid => found(this.#dids.get(id));

  didByNumber = (number: string): StoredDid => found(this.#didsByNumber.get(number));

  newCallId = (): string => newId("call", ++this.#sequence);

  async setCapabilities(capabilities: Capabilities): Promise<void> {
    this.#capabilities = capabilities;
    await this.#saved();
  }

  /** @throws Error that names the assumption, the value and what is allowed. */
  async setAssumptions(changes: Partial<Record<string, unknown>>): Promise<void> {
    this.#assumptions = assume({ ...this.#chosen, ...changes });
    this.#chosen = { ...this.#chosen, ...changes };
    await this.#saved();
  }

  async createApplication(fields: ApplicationFields & { name: string }): Promise<StoredApplication> {
    const application = merged(
      { id: newId("app", ++this.#sequence), name: fields.name, api_key: key(), created_at: new Date().toISOString() },
      fields,
    );
    this.#keep(application);
    await this.#saved();
    return application;
  }

  async editApplication(id: string, fields: ApplicationFields): Promise<StoredApplication> {
    const application = merged(this.application(id), fields);
    this.#keep(application);
    await this.#saved();
    return application;
  }

  async deleteApplication(id: string): Promise<void> {
    const { api_key } = this.application(id);
    // Whatever the mode: a rejecting number may carry an application too.
    if (this.dids.some(({ application_id }) => application_id === id)) throw applicationInUse();
    this.#applications.delete(id);
    this.#applicationsByKey.delete(api_key);
    await this.#saved();
  }

  async addNumber(number: string): Promise<StoredDid> {
    if (this.#didsByNumber.has(checkNumber(number))) throw invalidRequest(`${number} is in this account already`);
    const did = newDid(number, ++this.#sequence);
    this.#keepDid(did);
    await this.#saved();
    return did;
  }

  /** The customer gives a number back: it is gone, as no management call can make it. */
  async releaseNumber(number: string): Promise<void> {
    const { id } = this.didByNumber(number);
    this.#dids.delete(id);
    this.#didsByNumber.delete(number);
    await this.#saved();
  }

  async route(id: string, change: RouteChange): Promise<StoredDid> {
    const { application_id, ...did } = this.did(id);
    const application = change.application_id === undefined ? application_id : (change.application_id ?? undefined);
    if (change.application_id && !this.#applications.has(change.application_id))
      throw invalidRequest(`application_id ${JSON.stringify(change.application_id)} is no application of this account`);
    const routed = {
      ...did,
      ...(application !== undefined && { application_id: application }),
      route_mode: change.route_mode ?? did.route_mode,
      updated_at: new Date().toISOString(),
    };
    this.#keepDid(routed);
    await this.#saved();
    return routed;
  }

  #keep(application: StoredApplication): void {
    this.#applications.set(application.id, application);
    this.#applicationsByKey.set(application.api_key, application);
  }

  #keepDid(did: StoredDid): void {
    this.#dids.set(did.id, did);
    this.#didsByNumber.set(did.number_e164, did);
  }

  #saved(): Promise<void> {
    return this.#save(() => ({
      version: 1,
      customerId: this.customerId,
      capabilities: this.#capabilities,
      controlToken: this.controlToken,
      portalApplicationId: this.#portalApplicationId,
      portalKey: this.portalKey,
      sequence: this.#sequence,
      assumptions: this.#chosen,
      applications: this.applications,
      dids: this.dids,
    }));
  }
}

/** Such as `app_20260529T120000.000000001`: opaque, with a dot, as the vendor's are; the last digits keep them apart. */
function newId(kind: string, sequence: number): string {
  const [date, fraction] = new Date().toISOString().replaceAll(/[-:Z]/g, "").split(".");
  return `${kind}_${date}.${fraction}${String(sequence).padStart(6, "0")}`;
}

function newDid(number: string, sequence: number): StoredDid {
  const now = new Date().toISOString();
  return { id: `did_${sequence}`, number_e164: number, route_mode: "webhook", created_at: now, updated_at: now };
}

function checkNumber(number: string): string {
  if (E164.test(number)) return number;
  throw invalidRequest(`${JSON.stringify(number)} is no E.164 number: write it as +15551230001`);
}

function found(did: StoredDid | undefined): StoredDid {
  if (!did) throw notFound("DID");
  return did;
}

/** The application with the fields written; `null` and `""` clear one. */
function merged(application: StoredApplication, fields: ApplicationFields): StoredApplication {
  const entries = Object.entries({ ...application, ...fields }).filter(([, value]) => value !== null && value !== "");
  return Object.fromEntries(entries) as StoredApplication;
}
