import { timingSafeEqual } from "node:crypto";
import { type Context, Hono } from "hono";
import { z } from "zod";
import { type Account, E164 } from "./account.ts";
import { parseApplicationFields } from "./application-fields.ts";
import { describeAssumptions } from "./assumptions.ts";
import type { CallLog } from "./calls/call-log.ts";
import type { Switchboard } from "./calls/switchboard.ts";
import { ApiError, invalidRequest, notFound, unauthorized } from "./errors.ts";
import { jsonObject } from "./json-body.ts";
import type { StoredApplication, StoredDid } from "./state.ts";
import { refusals, whatThisIs } from "./what-this-is.ts";

/** What the control surface is made of. */
export interface ControlParts {
  account: Account;
  calls: CallLog;
  switchboard: Switchboard;
}

const routeSchema = z.strictObject({
  applicationId: z.string().nullable(),
  mode: z.enum(["webhook", "reject"]),
});
const numberSchema = z.strictObject({ number: z.string() });
const accountSchema = z.strictObject({ capabilities: z.enum(["managed", "documented"]) });
const pressesRule = "press must be a list of keys of 0-9 * # A-D, an empty text for silence";
const placeCallSchema = z.strictObject({
  to: z.string(),
  from: z.string().regex(E164, { error: "from must be an E.164 number such as +15550100123" }).optional(),
  press: z.array(z.string().regex(/^[0-9*#A-D]*$/, { error: pressesRule }), { error: pressesRule }).default([]),
  silence: z.boolean().default(false),
  hangup: z.boolean().default(false),
  cancel: z.boolean().default(false),
});

/**
 * The account setup, which MiniVoice has as a portal, and the telephone: everything a person does beside the API.
 * Its answers are the sandbox's own, in camel case, so that nobody takes them for the vendor's.
 */
export function createControl({ account, calls, switchboard }: ControlParts): Hono {
  const control = new Hono();

  control.get("/", (c) => c.json({ name: "MiniVoice sandbox", simulator: true, is: whatThisIs, refuses: refusals }));

  control.use(async (c, next) => {
    if (!sameToken(c.req.header("authorization") ?? "", `Bearer ${account.controlToken}`)) throw unauthorized();
    await next();
  });

  control.get("/account", (c) => c.json(accountView()));
  control.patch("/account", async (c) => {
    await account.setCapabilities((await body(c, accountSchema)).capabilities);
    return c.json(accountView());
  });

  control.get("/numbers", (c) => c.json(account.dids.map(numberView)));
  control.post("/numbers", async (c) =>
    c.json(numberView(await account.addNumber((await body(c, numberSchema)).number)), 201),
  );
  control.patch("/numbers/:number", async (c) => {
    const { applicationId, mode } = await body(c, routeSchema);
    const { id } = account.didByNumber(c.req.param("number"));
    return c.json(numberView(await account.route(id, { application_id: applicationId, route_mode: mode })));
  });
  control.delete("/numbers/:number", async (c) => {
    await account.releaseNumber(c.req.param("number"));
    return c.body(null, 204);
  });

  control.get("/applications", (c) => c.json(account.applications.map(applicationView)));
  control.post("/applications", async (c) => {
    const fields = parseApplicationFields(await jsonObject(c), { wholeObject: true, unknownFields: "refuse" });
    const application = await account.createApplication({ ...fields, name: fields.name ?? "" });
    return c.json({ ...applicationView(application), apiKey: application.api_key }, 201);
  });
  control.patch("/applications/:id", async (c) => {
    const fields = parseApplicationFields(await jsonObject(c), { wholeObject: false, unknownFields: "refuse" });
    return c.json(applicationView(await account.editApplication(c.req.param("id"), fields)));
  });
  control.delete("/applications/:id", async (c) => {
    await account.deleteApplication(c.req.param("id"));
    return c.body(null, 204);
  });

  control.post("/calls", async (c) => c.json(await switchboard.place(await body(c, placeCallSchema)), 201));
  control.get("/calls", (c) => c.json(calls.all));
  control.get("/calls/:id", (c) => {
    const call = calls.get(c.req.param("id"));
    if (!call) throw notFound("call");
    return c.json(call);
  });

  control.get("/assumptions", (c) => c.json(describeAssumptions(account.assumptions)));
  control.patch("/assumptions", async (c) => {
    const changes = await jsonObject(c);
    await account.setAssumptions(changes).catch((error: Error) => {
      throw invalidRequest(error.message);
    });
    return c.json(describeAssumptions(account.assumptions));
  });

  control.all("*", (c) => c.json(notFound("route").envelope, 404));
  control.onError((error, c) => {
    if (error instanceof ApiError) return c.json(error.envelope, error.status);
    throw error;
  });
  return control;

  function accountView() {
    return {
      customerId: account.customerId,
      capabilities: account.capabilities,
      applications: account.applications.length,
      numbers: account.dids.length,
      calls: calls.all.length,
    };
  }

  function applicationView({ id, name, answer_url, webhook_url, webhook_secret, created_at }: StoredApplication) {
    return {
      id,
      name,
      answerUrl: answer_url,
      webhookUrl: webhook_url,
      signsWebhooks: webhook_secret !== undefined,
      portal: account.isPortal(id),
      createdAt: created_at,
    };
  }

  function numberView({ id, number_e164, application_id, route_mode, updated_at }: StoredDid) {
    return { id, number: number_e164, applicationId: application_id, mode: route_mode, updatedAt: updated_at };
  }
}

async function body<T>(c: Context, schema: z.ZodType<T>): Promise<T> {
  const result = schema.safeParse(await jsonObject(c));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw invalidRequest(`${issue?.path.join(".") ?? ""}: ${issue?.message}`.replace(/^: /, ""));
}

function sameToken(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}
