import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import type { Context, LambdaFunctionURLEvent, LambdaFunctionURLResult } from "aws-lambda";
import * as z from "zod";
import { type Answer, apology, operator, receptionist } from "./receptionist.ts";

/** The answer function as a team with Powertools writes it: the request through a schema, logger and metrics around it. */
const logger = new Logger({ serviceName: "answer" });
const metrics = new Metrics({
  namespace: "MiniVoice/Voice",
  serviceName: "answer",
  defaultDimensions: { stack: process.env.VOICE_STACK ?? "unknown" },
});

const Request = z.object({
  rawPath: z.string(),
  rawQueryString: z.string().default(""),
  body: z.string().optional(),
  isBase64Encoded: z.boolean().default(false),
  requestContext: z.object({ domainName: z.string() }),
});
const Path = z
  .string()
  .regex(/^\/answer\/[^/]+(\/[^/]+)?$/)
  .transform((path) => path.split("/").slice(2));
const Choice = z
  .string()
  .regex(/^menu\.[1-9]$/)
  .transform((name) => Number(name.slice("menu.".length)))
  .optional();
const Fields = z.object({
  digits: z.coerce.string().trim().default(""),
  call_id: z.string().max(128).optional(),
});

export const handler = async (event: LambdaFunctionURLEvent, context: Context): Promise<LambdaFunctionURLResult> => {
  logger.addContext(context);
  const { outcome, actions, callId } = answerTo(event);
  logger.info("answered", { outcome, call_id: callId });
  metrics.addMetric("Answers", MetricUnit.Count, 1);
  metrics.addMetric("FallbackAnswers", MetricUnit.Count, outcome.startsWith("unknown") ? 1 : 0);
  metrics.publishStoredMetrics();
  return {
    statusCode: 200,
    headers: { "content-type": "application/json", "cache-control": "no-store" },
    body: JSON.stringify({ actions }),
  };
};

function answerTo(event: LambdaFunctionURLEvent): Answer & { callId?: string | undefined } {
  const { rawPath, rawQueryString, body, isBase64Encoded, requestContext } = Request.parse(event);
  const [application, step] = Path.safeParse(rawPath).data ?? [];
  if (application !== "support") return { outcome: "unknown_application", actions: apology };
  const choice = Choice.safeParse(step);
  if (!choice.success) return { outcome: "unknown_choice", actions: operator };
  const sent = body && isBase64Encoded ? Buffer.from(body, "base64").toString() : (body ?? "");
  const query = Object.fromEntries(new URLSearchParams(rawQueryString));
  const { digits, call_id: callId } = Fields.safeParse({ ...fieldsOf(sent), ...query }).data ?? { digits: "" };
  const answerUrl = `https://${requestContext.domainName}/answer/${application}`;
  return { ...receptionist(choice.data, digits, answerUrl), callId };
}

function fieldsOf(body: string): object {
  if (!body.startsWith("{")) return Object.fromEntries(new URLSearchParams(body));
  try {
    return JSON.parse(body);
  } catch {
    return {};
  }
}
