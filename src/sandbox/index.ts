import { join } from "node:path";
import { createAdaptorServer, type HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { Hono } from "hono";
import { listenOnLoopback } from "../background/ports.ts";
import { Account } from "./account.ts";
import { createApi } from "./api.ts";
import { type Assumptions, assume } from "./assumptions.ts";
import { CallLog } from "./calls/call-log.ts";
import { Switchboard } from "./calls/switchboard.ts";
import { createControl } from "./control.ts";
import { SandboxControl } from "./control-client.ts";
import { Faults } from "./faults.ts";
import { accountStateSchema, type Capabilities } from "./state.ts";
import { StateFile } from "./state-file.ts";

/** One request to `/v1` and the answer's status; 0 when the connection was cut. */
export interface LoggedRequest {
  method: string;
  /** With the query. */
  path: string;
  status: number;
}

export interface SandboxOptions {
  /** Where the account and its calls are kept. Absent: in memory, gone with the sandbox. */
  stateDir?: string;
  /** Absent: a free one. */
  port?: number;
  /** Default `managed`; a kept account keeps its own unless this is given. */
  capabilities?: Capabilities;
  /** E.164 numbers of a new account. */
  numbers?: string[];
  /** Of a new account. */
  customerId?: string;
  /** Numbers in one page of `GET /v1/dids`. */
  pageSize?: number;
  /** What to assume instead of the defaults where the contract is silent; kept with the account. */
  assumptions?: Partial<Assumptions>;
  onRequest?: (request: LoggedRequest) => void;
  /** Called on each request, to keep an idle background process awake. */
  touch?: () => void;
}

/** A running sandbox. */
export interface Sandbox {
  /** The API's base URL, without `/v1`. */
  url: string;
  /** The key of the account portal's own application: the first key of an account. */
  portalKey: string;
  /** Opens the control surface under `/sandbox`. */
  controlToken: string;
  /** As they are now: the account setup may switch them. */
  readonly capabilities: Capabilities;
  /** Requests to `/v1`, oldest first; the last {@link REQUESTS_KEPT} are kept. */
  requests: LoggedRequest[];
  control: SandboxControl;
  /** What goes wrong on purpose. */
  faults: Faults;
  close(): Promise<void>;
}

/** So that a sandbox that runs for days does not grow without end. */
export const REQUESTS_KEPT = 200_000;

const LAST_ANSWERS_MS = 100;

/**
 * MiniVoice on loopback: the management API, the account setup, and calls that run the flow behind `answer_url`.
 *
 * @throws Error when the state file is broken or the port is taken (`PortTaken`).
 * @example
 * const sandbox = await startSandbox({ numbers: ["+15551230001"] });
 * await fetch(`${sandbox.url}/v1/applications`, { headers: { authorization: `Bearer ${sandbox.portalKey}` } });
 * await sandbox.close();
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const account = await openAccount(options);
  const calls = new CallLog(options.stateDir && join(options.stateDir, "calls"));
  const switchboard = new Switchboard(account, calls);
  const faults = new Faults();
  const requests: LoggedRequest[] = [];

  const app = new Hono()
    .get("/healthz", (c) => c.json({ name: "sandbox", pid: process.pid }))
    .route("/v1", createApi({ account, calls, pageSize: options.pageSize ?? 100 }))
    .route("/sandbox", createControl({ account, calls, switchboard }));
  app.onError((error, c) => {
    console.error(error);
    return c.json({ error: { code: "internal_error", message: "the sandbox failed: see its log" } }, 500);
  });

  const handle = async (request: Request, { incoming }: HttpBindings): Promise<Response> => {
    const { pathname, search } = new URL(request.url);
    if (pathname === "/healthz") return app.fetch(request);
    options.touch?.();
    if (!pathname.startsWith("/v1/")) return app.fetch(request);
    const cut = (sent?: string) => {
      if (sent === undefined) incoming.socket.destroy();
      else incoming.socket.end(sent);
      return RESPONSE_ALREADY_SENT;
    };
    const response = await faults.meet({ request, answer: async () => app.fetch(request), cut });
    const status = response === RESPONSE_ALREADY_SENT ? 0 : response.status;
    const logged = { method: request.method, path: pathname + search, status };
    if (requests.push(logged) > REQUESTS_KEPT) requests.shift();
    options.onRequest?.(logged);
    return response;
  };

  const server = createAdaptorServer({ fetch: (request, env) => handle(request, env as HttpBindings) });
  const url = `http://127.0.0.1:${await listenOnLoopback(server, "the sandbox", options.port)}`;
  switchboard.resume();
  return {
    url,
    portalKey: account.portalKey,
    controlToken: account.controlToken,
    get capabilities() {
      return account.capabilities;
    },
    requests,
    control: new SandboxControl(url, account.controlToken),
    faults,
    async close() {
      await switchboard.close();
      const { promise, resolve } = Promise.withResolvers<void>();
      server.close(() => resolve());
      // Answers under way are let out; a client that holds on to its connection is not waited for.
      const patience = setTimeout(
        () => "closeAllConnections" in server && server.closeAllConnections(),
        LAST_ANSWERS_MS,
      );
      await promise;
      clearTimeout(patience);
      await calls.settled();
    },
  };
}

async function openAccount({
  stateDir,
  capabilities,
  numbers = [],
  customerId = "cust_sandbox",
  assumptions,
}: SandboxOptions) {
  assume(assumptions);
  const file = stateDir
    ? new StateFile(join(stateDir, "account.json"), accountStateSchema, "its keys, applications and numbers")
    : undefined;
  const kept = file?.load();
  const state = kept ?? Account.seed({ customerId, capabilities: capabilities ?? "managed", numbers });
  const account = opened();
  if (!kept || assumptions) await account.setAssumptions(assumptions ?? {});
  if (capabilities) await account.setCapabilities(capabilities);
  return account;

  function opened(): Account {
    try {
      return new Account(state, async (current) => file?.save(current));
    } catch (error) {
      throw file?.broken(`is not valid: ${(error as Error).message}`) ?? error;
    }
  }
}
