import type { AssumptionEntry, Assumptions } from "./assumptions.ts";
import type { CallRecord } from "./calls/call.ts";
import type { Capabilities, RouteMode } from "./state.ts";

export type { CallRecord } from "./calls/call.ts";

export interface AccountView {
  customerId: string;
  capabilities: Capabilities;
  applications: number;
  numbers: number;
  calls: number;
}

export interface NumberView {
  id: string;
  number: string;
  applicationId?: string;
  mode: RouteMode;
  updatedAt: string;
}

export interface ApplicationView {
  id: string;
  name: string;
  answerUrl?: string;
  webhookUrl?: string;
  signsWebhooks: boolean;
  /** The account portal's own application, which no program declares. */
  portal: boolean;
  createdAt: string;
}

/** Fields of an application as the account setup edits them; `null` clears one. */
export interface ApplicationEdit {
  name?: string;
  answerUrl?: string | null;
  webhookUrl?: string | null;
  webhookSecret?: string | null;
}

/** A call to place, with what the caller will do. */
export interface CallToPlace {
  /** The number to call, E.164. */
  to: string;
  from?: string;
  /** What the caller presses, one text per `gather`; an empty text is silence. Afterwards the caller stays silent. */
  press?: string[];
  /** The caller stays silent once the presses are used up: once before `hangup`, else for good, as without it. */
  silence?: boolean;
  /** The caller hangs up at the first `gather` (or in a conference) once the presses, and `silence`, are used up. */
  hangup?: boolean;
  /** The caller hangs up before the call is answered. */
  cancel?: boolean;
}

/** The sandbox refused; `code` and `message` are those of its error envelope. */
export class SandboxError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = "SandboxError";
    this.status = status;
    this.code = code;
  }
}

/**
 * The account setup and the telephone of a running sandbox, over HTTP.
 *
 * @example
 * const control = new SandboxControl(sandbox.url, sandbox.controlToken);
 * await control.assign("+15551230001", application.id);
 * const call = await control.placeCall({ to: "+15551230001", press: ["1"] });
 */
export class SandboxControl {
  readonly #url: string;
  readonly #token: string;

  constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  account = (): Promise<AccountView> => this.#send("GET", "/account");
  setCapabilities = (capabilities: Capabilities): Promise<AccountView> =>
    this.#send("PATCH", "/account", { capabilities });

  listNumbers = (): Promise<NumberView[]> => this.#send("GET", "/numbers");
  addNumber = (number: string): Promise<NumberView> => this.#send("POST", "/numbers", { number });
  /** Gives the number back to the carrier: it is gone. */
  releaseNumber = (number: string): Promise<void> => this.#send("DELETE", `/numbers/${encodeURIComponent(number)}`);
  /** @param mode - `webhook` unless there is no application; an application may stay on a rejecting number. */
  assign = (
    number: string,
    applicationId: string | null,
    mode: RouteMode = applicationId === null ? "reject" : "webhook",
  ): Promise<NumberView> => this.#send("PATCH", `/numbers/${encodeURIComponent(number)}`, { applicationId, mode });

  listApplications = (): Promise<ApplicationView[]> => this.#send("GET", "/applications");
  createApplication = (fields: ApplicationEdit & { name: string }): Promise<ApplicationView & { apiKey: string }> =>
    this.#send("POST", "/applications", wireFields(fields));
  editApplication = (id: string, fields: ApplicationEdit): Promise<ApplicationView> =>
    this.#send("PATCH", `/applications/${encodeURIComponent(id)}`, wireFields(fields));
  deleteApplication = (id: string): Promise<void> => this.#send("DELETE", `/applications/${encodeURIComponent(id)}`);

  /** Returns when the call has ended and each of its webhooks was accepted or given up. */
  placeCall = (call: CallToPlace): Promise<CallRecord> => this.#send("POST", "/calls", call);
  listCalls = (): Promise<CallRecord[]> => this.#send("GET", "/calls");
  getCall = (id: string): Promise<CallRecord> => this.#send("GET", `/calls/${encodeURIComponent(id)}`);

  assumptions = (): Promise<AssumptionEntry[]> => this.#send("GET", "/assumptions");
  setAssumptions = (changes: Partial<Assumptions>): Promise<AssumptionEntry[]> =>
    this.#send("PATCH", "/assumptions", changes);

  async #send<T>(method: string, path: string, body?: unknown): Promise<T> {
    const { status, text } = await fetch(`${this.#url}/sandbox${path}`, {
      method,
      headers: { authorization: `Bearer ${this.#token}`, "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
      .then(async (response) => ({ status: response.status, text: await response.text() }))
      .catch(() => {
        throw new SandboxError(0, "no_answer", `the sandbox at ${this.#url} does not answer: start it with npm start`);
      });
    if (status === 204) return undefined as T;
    const json = JSON.parse(text) as T & { error?: { code: string; message: string } };
    if (status < 300) return json;
    throw new SandboxError(status, json.error?.code ?? "unknown", json.error?.message ?? `status ${status}`);
  }
}

const wireFields = ({ name, answerUrl, webhookUrl, webhookSecret }: ApplicationEdit) => ({
  name,
  answer_url: answerUrl,
  webhook_url: webhookUrl,
  webhook_secret: webhookSecret,
});
