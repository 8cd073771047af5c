/** The HTTP door of the background process: the plugin's requests, with a token. */
import { timingSafeEqual } from "node:crypto";
import { Hono } from "hono";
import { AwsError } from "./errors.ts";
import type { Operation, Resources } from "./resources.ts";
import { resourceRequest } from "./resources.ts";

/** What the door needs. */
export interface AppOptions {
  readonly resources: Resources;
  readonly token: string;
  /** Called on each request that counts as use. */
  readonly touch: () => void;
}

/** Answers of the background process. */
export function createApp({ resources, token, touch }: AppOptions): Hono {
  const app = new Hono();
  app.get("/healthz", (context) => context.json({ name: "aws-local", pid: process.pid }));
  app.post("/resources/:operation{create|read|update|delete}", async (context) => {
    if (!sameText(context.req.header("authorization") ?? "", `Bearer ${token}`)) {
      return context.json({ error: "The token of the local AWS is missing or wrong: run `npm start` again." }, 401);
    }
    touch();
    const operation = context.req.param("operation") as Operation;
    const request = resourceRequest.safeParse(await context.req.json());
    if (!request.success) return context.json({ error: `Not understood: ${request.error.issues[0]?.message}` }, 400);
    const resource = await resources.perform(operation, request.data);
    return context.json({ resource });
  });
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
