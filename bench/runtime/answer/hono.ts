import { type Context, Hono } from "hono";
import type { LambdaContext, LambdaEvent } from "hono/aws-lambda";
import { handle } from "hono/aws-lambda";
import { type Answer, apology, operator, receptionist } from "./receptionist.ts";

/** The answer function as routes of a web framework, behind its adapter for Lambda; it counts in its own log line. */
type Bindings = { event: LambdaEvent; lambdaContext: LambdaContext };
const app = new Hono<{ Bindings: Bindings }>();
const stack = process.env.VOICE_STACK ?? "unknown";

app.on(["GET", "POST"], "/answer/support/:choice?", async (c) => {
  const choice = c.req.param("choice");
  const attempt = choice === undefined ? undefined : Number(/^menu\.([1-9])$/.exec(choice)?.[1]);
  if (Number.isNaN(attempt)) return answered(c, { outcome: "unknown_choice", actions: operator });
  const { origin } = new URL(c.req.url);
  const { digits = "", call_id: callId } = { ...(await fieldsOf(c)), ...c.req.query() };
  return answered(c, receptionist(attempt, String(digits).trim(), `${origin}/answer/support`), callId);
});
app.all("*", (c) => answered(c, { outcome: "unknown_application", actions: apology }));

export const handler = handle(app);

type Fields = { digits?: unknown; call_id?: unknown };

async function fieldsOf(c: Context): Promise<Fields> {
  if (c.req.header("content-type")?.startsWith("application/x-www-form-urlencoded")) return c.req.parseBody();
  return c.req.json<Fields>().catch(() => ({}));
}

function answered(c: Context<{ Bindings: Bindings }>, { outcome, actions }: Answer, callId?: unknown) {
  console.log(
    JSON.stringify({
      level: "INFO",
      message: "answered",
      timestamp: new Date().toISOString(),
      outcome,
      call_id: callId,
      request_id: c.env.lambdaContext.awsRequestId,
      _aws: {
        Timestamp: Date.now(),
        CloudWatchMetrics: [
          {
            Namespace: "MiniVoice/Voice",
            Dimensions: [["stack"]],
            Metrics: ["Answers", "FallbackAnswers"].map((Name) => ({ Name, Unit: "Count" })),
          },
        ],
      },
      stack,
      Answers: 1,
      FallbackAnswers: outcome.startsWith("unknown") ? 1 : 0,
    }),
  );
  return c.json({ actions }, 200, { "cache-control": "no-store" });
}
