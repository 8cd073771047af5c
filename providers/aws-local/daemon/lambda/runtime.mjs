/**
 * Lambda's Node runtime, small: loads the handler, then answers one invocation after the other over the IPC channel.
 * Plain JavaScript, because it starts with every cold function and stripping types would slow that down.
 */

import { existsSync, readFileSync } from "node:fs";
import { createRequire, registerHooks } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { format } from "node:util";
import { Worker } from "node:worker_threads";

const taskRoot = process.env.LAMBDA_TASK_ROOT;
const runtime = process.env.AWS_EXECUTION_ENV.replace("AWS_Lambda_", "");
const json = process.env.AWS_LAMBDA_LOG_FORMAT === "JSON";
const send = process.send.bind(process);
let requestId = "";

// The channel belongs to the runtime: a handler that finds `process.send` would believe that it is somebody's child.
process.send = undefined;
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
// A handler that never yields would not see the end of its parent, and live on for ever.
new Worker(
  `const parent = ${process.ppid}; setInterval(() => process.ppid !== parent && process.kill(process.pid, "SIGKILL"), 1000)`,
  { eval: true, stdout: false, stderr: false },
).unref();

confineModules();
patchConsole();

let handler;
try {
  handler = await loadHandler(process.env._HANDLER);
  send({ ready: true });
} catch (error) {
  const details = describe(error);
  console.error("Uncaught Exception", json ? details : JSON.stringify(details));
  send({ loadError: { type: details.errorType, message: details.errorMessage } });
}

process.on("message", async ({ event, context }) => {
  requestId = context.awsRequestId;
  const reply = await answer(event, context);
  send({ ...reply, memoryBytes: process.memoryUsage.rss() });
});

async function answer(event, { deadline, ...fields }) {
  const context = {
    callbackWaitsForEmptyEventLoop: true,
    ...fields,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
  try {
    const result = await (runtime === "nodejs22.x" ? withCallback(event, context) : handler(event, context));
    return { result: marshal(result) };
  } catch (error) {
    const details = describe(error);
    console.error("Invoke Error", json ? details : JSON.stringify(details));
    return { error: { type: details.errorType, message: details.errorMessage } };
  }
}

/** Runtimes before Node 24 also take handlers that call back instead of returning a promise. */
function withCallback(event, context) {
  return new Promise((resolve, reject) => {
    const returned = handler(event, context, (error, result) => (error ? reject(error) : resolve(result)));
    if (typeof returned?.then === "function") returned.then(resolve, reject);
    else if (handler.length < 3) resolve(returned);
  });
}

function marshal(result) {
  try {
    return JSON.stringify(result === undefined ? null : result);
  } catch (error) {
    throw named("Runtime.MarshalError", `Unable to stringify the result of the handler: ${error.message}`);
  }
}

async function loadHandler(name) {
  const slash = name.lastIndexOf("/") + 1;
  const [moduleName, ...exportPath] = name.slice(slash).split(".");
  const file = findModule(name.slice(0, slash) + moduleName);
  if (!file) throw named("Runtime.ImportModuleError", `Error: Cannot find module '${moduleName}' (handler "${name}")`);
  const module = await importModule(file);
  const found = exportPath.reduce((value, key) => value?.[key], module);
  if (typeof found !== "function") {
    throw named("Runtime.HandlerNotFound", `${name} is undefined or not exported`);
  }
  if (runtime !== "nodejs22.x" && found.length >= 3) {
    throw named(
      "Runtime.CallbackHandlerDeprecated",
      `${name} takes a callback, which Node.js runtimes from 24 on do not support: use an async function`,
    );
  }
  return found;
}

function findModule(path) {
  return [".js", ".mjs", ".cjs"].map((extension) => join(taskRoot, path + extension)).find((file) => existsSync(file));
}

async function importModule(file) {
  try {
    const esm = file.endsWith(".mjs") || (file.endsWith(".js") && packageType() === "module");
    return esm ? await import(pathToFileURL(file).href) : createRequire(file)(file);
  } catch (error) {
    if (error?.code === "ERR_MODULE_NOT_FOUND" || error?.code === "MODULE_NOT_FOUND") {
      const [message] = error.message.replaceAll(join(taskRoot, "/"), "").split("\n", 1);
      throw named("Runtime.ImportModuleError", `Error: ${message}`);
    }
    if (error instanceof SyntaxError) throw named("Runtime.UserCodeSyntaxError", `SyntaxError: ${error.message}`);
    throw error;
  }
}

function packageType() {
  const file = join(taskRoot, "package.json");
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).type : undefined;
}

/**
 * The code may use what it brings along, Node's own modules and the AWS SDK that Lambda's runtime holds. Without this, a
 * dependency that is missing from the bundle would be found in the project around the store, and missed only in AWS.
 */
function confineModules() {
  const root = pathToFileURL(join(taskRoot, "/")).href;
  const ownRequire = createRequire(import.meta.url);
  registerHooks({
    resolve(specifier, context, next) {
      if (!context.parentURL?.startsWith(root)) return next(specifier, context);
      if (/^@(aws-sdk|smithy)\//.test(specifier)) {
        if (context.conditions.includes("import")) return next(specifier, { ...context, parentURL: import.meta.url });
        return { url: pathToFileURL(ownRequire.resolve(specifier)).href, format: "commonjs", shortCircuit: true };
      }
      const resolved = next(specifier, context);
      if (!resolved.url.startsWith("file:") || resolved.url.startsWith(root)) return resolved;
      const message = `Cannot find package '${specifier}' imported from ${fileURLToPath(context.parentURL)}`;
      throw Object.assign(new Error(message), { code: "ERR_MODULE_NOT_FOUND" });
    },
  });
}

/** Lines as Lambda's runtime writes them; what a library writes to standard output itself passes unchanged. */
function patchConsole() {
  const levels = { trace: "TRACE", debug: "DEBUG", log: "INFO", info: "INFO", warn: "WARN", error: "ERROR" };
  for (const [method, level] of Object.entries(levels)) {
    console[method] = (...values) =>
      process.stdout.write(`${json ? jsonLine(level, values) : textLine(level, values)}\n`);
  }
}

function textLine(level, values) {
  return `${new Date().toISOString()}\t${requestId || "undefined"}\t${level}\t${format(...values).replaceAll("\n", "\r")}`;
}

function jsonLine(level, values) {
  const message = values.length === 1 && typeof values[0] === "object" ? values[0] : format(...values);
  return JSON.stringify({ timestamp: new Date().toISOString(), level, requestId: requestId || undefined, message });
}

function describe(error) {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: format(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: error.stack?.split("\n") ?? [] };
}

function named(name, message) {
  return Object.assign(new Error(message), { name });
}
