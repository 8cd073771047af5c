import type { LambdaFunctionURLResult } from "aws-lambda";

/** An answer with a JSON body, given as text. */
export const json = (
  statusCode: number,
  body: string,
  headers: Record<string, string> = {},
): LambdaFunctionURLResult => ({
  statusCode,
  headers: { "content-type": "application/json", "cache-control": "no-store", ...headers },
  body,
});

/** A refusal in the vendor's own error envelope, which whoever reads the sender's log knows already. */
export const refusal = (statusCode: number, code: string, message: string, headers?: Record<string, string>) =>
  json(statusCode, JSON.stringify({ error: { code, message } }), headers);
