/** The HTTP door of the background process, with a token: the plugin's requests, and what tools and tests want to know. */
import { timingSafeEqual } from "node:crypto";
import { Hono } from "hono";
import { z } from "zod";
import type { Metrics } from "./cloudwatch/metrics.ts";
import { AwsError } from "./errors.ts";
import type { ScheduledRules } from "./events/scheduled-rules.ts";
import type { Operation, Resources } from "./resources.ts";
import { resourceRequest } from "./resources.ts";
import type { Upkeep } from "./upkeep.ts";

/** What the door needs. */
export interface AppOptions {
  readonly resources: Resources;
  readonly upkeep: Upkeep;
  readonly scheduledRules: ScheduledRules;
  readonly metrics: Metrics;
  readonly token: string;
  /** Called on each request that counts as use. */
  readonly touch: () => void;
}

/** A time in milliseconds since the epoch; tests need not wait for it. */
const time = z.object({ at: z.coerce.number().optional() });

/** Answers of the background process. */
export function createApp({ resources, upkeep, scheduledRules, metrics, token, touch }: AppOptions): Hono {
  const app = new Hono();
  app.get("/healthz", (context) => context.json({ name: "aws-local", pid: process.pid }));
  app.use(async (context, next) => {
    if (!sameText(context.req.header("authorization") ?? "", `Bearer ${token}`)) {
      return context.json({ error: "The token of the local AWS is missing or wrong: run `npm start` again." }, 401);
    }
    touch();
    return next();
  });
  app.post("/resources/:operation{create|read|update|delete}", async (context) => {
    const operation = context.req.param("operation") as Operation;
    const request = resourceRequest.safeParse(await context.req.json());
    if (!request.success) return context.json({ error: `Not understood: ${request.error.issues[0]?.message}` }, 400);
    const resource = await resources.perform(operation, request.data);
    return context.json({ resource });
  });
  app.get("/alarms", async (context) => {
    await upkeep.sampleQueues();
    return context.json({ alarms: upkeep.evaluateAlarms(time.parse(context.req.query()).at) });
  });
  app.get("/metrics", (context) => context.json({ series: metrics.series() }));
  app.post("/expire-items", async (context) => {
    const { at = Date.now() } = time.parse(context.req.query());
    return context.json({ deleted: await upkeep.expireItems(at / 1000) });
  });
  app.post("/run-schedules", async (context) => context.json({ invoked: await scheduledRules.goOffNow() }));
  app.onError((error, context) => {
    if (error instanceof AwsError) return context.json({ error: error.message }, 409);
    console.error(error);
    return context.json({ error: `The local AWS failed: ${error.message}` }, 500);
  });
  return app;
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
