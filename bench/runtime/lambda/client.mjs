/**
 * Lambda's runtime, as far as a measurement needs one: loads the handler, then asks the Runtime API for one invocation after
 * the other. It adds headers of its own with what only this process can tell: how long the handler took to load and to run.
 * Plain JavaScript, so that stripping types is in nobody's cold start.
 */
import { Agent, request } from "node:http";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const [file, name] = process.env._HANDLER.split(".");

let handler;
const begun = performance.now();
try {
  const module = await import(pathToFileURL(join(process.env.LAMBDA_TASK_ROOT, `${file}.mjs`)).href);
  handler = module[name];
} catch (error) {
  await send("POST", "init/error", failure(error));
  process.exit(1);
}
const loadMs = performance.now() - begun;

for (;;) {
  const { headers, body } = await send("GET", "invocation/next", undefined, { "bench-load-ms": loadMs });
  const id = headers["lambda-runtime-aws-request-id"];
  const deadline = Number(headers["lambda-runtime-deadline-ms"]);
  const event = JSON.parse(body);
  const context = { awsRequestId: id, getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()) };
  const started = performance.now();
  try {
    const result = await handler(event, context);
    const ownMs = performance.now() - started;
    await send("POST", `invocation/${id}/response`, JSON.stringify(result ?? null), { "bench-own-ms": ownMs });
  } catch (error) {
    await send("POST", `invocation/${id}/error`, failure(error));
  }
}

function send(method, path, content, headers = {}) {
  return new Promise((resolve, reject) => {
    const sent = request(
      { host, port, agent, method, path: `/2018-06-01/runtime/${path}`, headers: { ...headers, ...lengthOf(content) } },
      (response) => {
        let body = "";
        response.setEncoding("utf8").on("data", (chunk) => {
          body += chunk;
        });
        response.on("end", () => resolve({ headers: response.headers, body })).on("error", reject);
      },
    );
    sent.on("error", reject).end(content);
  });
}

function lengthOf(content) {
  return content === undefined ? {} : { "content-length": Buffer.byteLength(content) };
}

function failure(error) {
  return JSON.stringify({ errorType: error?.name ?? "Error", errorMessage: error?.stack ?? String(error) });
}
