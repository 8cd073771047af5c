import { type Context, Hono } from "hono";
import { z } from "zod";
import type { Account } from "./account.ts";
import { parseApplicationFields, refuseUnknown } from "./application-fields.ts";
import type { CallLog } from "./calls/call-log.ts";
import { ApiError, invalidRequest, notFound, notSimulated, unauthorized } from "./errors.ts";
import { jsonObject } from "./json-body.ts";
import type { StoredApplication } from "./state.ts";
import { wireApplication, wireDid } from "./wire.ts";

/** What the API is made of. */
export interface ApiParts {
  account: Account;
  calls: CallLog;
  /** Numbers in one page of `GET /v1/dids`, unless the request asks for fewer. */
  pageSize: number;
}

type Env = { Variables: { caller: StoredApplication } };

const routeFields = ["application_id", "route_mode"];
const routeSchema = z.object({
  application_id: z.string({ error: "application_id must be a string or null" }).nullish(),
  route_mode: z.enum(["webhook", "reject"], { error: "route_mode must be webhook or reject" }).optional(),
});

/**
 * MiniVoice's management API under `/v1`: what the vendor documents, and, for an account with the capabilities
 * `managed`, the extension that this project assumes.
 */
export function createApi({ account, calls, pageSize }: ApiParts): Hono<Env> {
  const api = new Hono<Env>();

  api.use(async (c, next) => {
    const [, apiKey] = /^Bearer (\S+)$/i.exec(c.req.header("authorization") ?? "") ?? [];
    const caller = apiKey && account.ofKey(apiKey);
    if (!caller) throw unauthorized();
    c.set("caller", caller);
    await next();
  });

  api.get("/applications", (c) =>
    c.json(
      list(
        visible(c).map((application) => wireApplication(account, application)),
        visible(c).length,
      ),
    ),
  );
  api.post("/applications", async (c) => {
    const fields = parseApplicationFields(await jsonObject(c), { wholeObject: true, ...account.assumptions });
    const application = await account.createApplication({ ...fields, name: fields.name ?? "" });
    return c.json(
      { ...wireApplication(account, application), api_key: application.api_key },
      account.assumptions.createStatus === "200" ? 200 : 201,
    );
  });
  api.patch("/applications/:id", managed, async (c) => {
    const { id } = reachable(c, c.req.param("id"));
    const fields = parseApplicationFields(await jsonObject(c), { wholeObject: false, ...account.assumptions });
    return c.json(wireApplication(account, await account.editApplication(id, fields)));
  });
  api.delete("/applications/:id", managed, async (c) => {
    await account.deleteApplication(reachable(c, c.req.param("id")).id);
    return c.body(null, 204);
  });

  api.get("/dids", managed, (c) => {
    const { dids } = account;
    const limit = pageLimit(c.req.query("limit"));
    const start = firstOfPage(c.req.query("cursor"));
    const page = dids.slice(start, start + limit).map((did) => wireDid(account, did));
    const next = start + limit < dids.length ? { next_cursor: cursorTo(start + limit) } : {};
    return c.json({ ...list(page, dids.length), ...next });
  });
  api.get("/dids/by-number/:number", (c) => c.json(wireDid(account, account.didByNumber(c.req.param("number")))));
  api.get("/dids/:id", (c) => c.json(wireDid(account, account.did(c.req.param("id")))));
  api.patch("/dids/:id", managed, async (c) => {
    const { id } = account.did(c.req.param("id"));
    const body = await jsonObject(c);
    refuseUnknown(body, routeFields, account.assumptions.unknownFields);
    const change = routeSchema.safeParse(body);
    if (!change.success) throw invalidRequest(change.error.issues[0]?.message ?? "invalid body");
    const { application_id, route_mode } = change.data;
    const route = {
      ...(application_id !== undefined && { application_id: application_id || null }),
      ...(route_mode && { route_mode }),
    };
    return c.json(wireDid(account, await account.route(id, route)));
  });

  api.post("/trunks", () => {
    throw notSimulated("trunks: register them with MiniVoice itself");
  });
  api.post("/calls", () => {
    throw notSimulated('outbound calls: place an inbound one with "minivoice call <number>"');
  });
  api.get("/calls/:id", (c) => {
    const call = calls.get(c.req.param("id"));
    if (!call) throw notFound("call");
    return c.json({ ...call.wire, created_at: call.startedAt });
  });

  // Not `notFound`, which a mounted app has no say in.
  api.all("*", absent);
  api.onError((error, c) => {
    if (error instanceof ApiError) return c.json(error.envelope, error.status);
    throw error;
  });
  return api;

  /** Calls of the assumed extension do not exist for an account without it. */
  async function managed<E extends Env, P extends string>(
    c: Context<E, P>,
    next: () => Promise<void>,
  ): Promise<Response | undefined> {
    if (account.capabilities !== "managed") return absent(c);
    await next();
  }

  function absent(c: Pick<Context, "json" | "text">): Response {
    const { unknownCall } = account.assumptions;
    if (unknownCall === "404-coded") return c.json(notFound("route").envelope, 404);
    return unknownCall === "405" ? c.text("Method Not Allowed", 405) : c.text("404 page not found", 404);
  }

  function visible(c: Context<Env>): StoredApplication[] {
    return account.assumptions.keyScope === "account" ? account.applications : [c.get("caller")];
  }

  function reachable(c: Context<Env>, id: string): StoredApplication {
    const application = account.application(id);
    if (!visible(c).some((other) => other.id === application.id)) throw notFound("application");
    return application;
  }

  function list(data: unknown[], total: number) {
    const { listCount } = account.assumptions;
    return { data, ...(listCount !== "omit" && { count: listCount === "total" ? total : data.length }) };
  }

  function pageLimit(limit: string | undefined): number {
    if (limit === undefined) return pageSize;
    if (!/^[1-9]\d*$/.test(limit)) throw invalidRequest("limit must be a positive number");
    return Math.min(Number(limit), pageSize);
  }
}

/** Opaque to clients, as the contract's other identifiers are. */
const cursorTo = (index: number): string => Buffer.from(`from:${index}`).toString("base64url");

function firstOfPage(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  const [, index] = /^from:(\d+)$/.exec(Buffer.from(cursor, "base64url").toString()) ?? [];
  if (index === undefined) throw invalidRequest("cursor is invalid");
  return Number(index);
}
