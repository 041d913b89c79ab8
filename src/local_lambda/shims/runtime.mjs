// Runs a Node.js handler for the local Lambda over the Lambda Runtime API.

import fs from "node:fs";
import http from "node:http";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import util from "node:util";

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

let requestId = "";

// One call of the Runtime API; the process ends when the server is gone.
function call(method, target, body) {
  return new Promise((resolve) => {
    const headers = body === undefined ? {} : { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) };
    const request = http.request({ host, port, agent, method, path: `/2018-06-01/runtime${target}`, headers }, (reply) => {
      const chunks = [];
      reply.on("data", (chunk) => chunks.push(chunk));
      reply.on("end", () => resolve({ status: reply.statusCode, headers: reply.headers, body: Buffer.concat(chunks).toString() }));
    });
    request.on("error", () => process.exit(1));
    request.end(body);
  });
}

// The managed runtime begins each line of the console with time, request and level.
for (const [method, level] of [["log", "INFO"], ["info", "INFO"], ["debug", "DEBUG"], ["warn", "WARN"], ["error", "ERROR"], ["trace", "TRACE"]]) {
  console[method] = (...values) => {
    const text = util.format(...values).replaceAll("\n", "\r");
    fs.writeSync(1, `${new Date().toISOString()}\t${requestId || "undefined"}\t${level}\t${text}\n`);
  };
}

class StartError extends Error {
  constructor(name, message) {
    super(message);
    this.name = name;
  }
}

function describe(error) {
  if (error instanceof Error) {
    const trace = (error.stack ?? "").split("\n").filter((line) => !line.includes(import.meta.url));
    return { errorType: error.name ?? "Error", errorMessage: error.message ?? "", trace };
  }
  return { errorType: typeof error, errorMessage: String(error), trace: [] };
}

function report(error, label) {
  const description = describe(error);
  console.error(label, JSON.stringify(description));
  return JSON.stringify(description);
}

// The file of a module, by the extensions that the managed runtime knows.
function find(root, module) {
  const base = path.resolve(root, module);
  for (const extension of ["", ".js", ".mjs", ".cjs"]) {
    const file = base + extension;
    if (fs.existsSync(file) && fs.statSync(file).isFile()) return file;
  }
  throw new StartError("Runtime.ImportModuleError", `Error: Cannot find module '${path.basename(module)}'`);
}

async function load() {
  const name = process.env._HANDLER;
  const base = path.basename(name);
  const dot = base.indexOf(".");
  if (dot < 1 || dot === base.length - 1) throw new StartError("Runtime.MalformedHandlerName", "Bad handler");
  const module = path.join(path.dirname(name), base.slice(0, dot));
  const members = base.slice(dot + 1).split(".");
  const file = find(process.env.LAMBDA_TASK_ROOT, module);
  let loaded;
  try {
    loaded = file.endsWith(".cjs") ? createRequire(file)(file) : await import(pathToFileURL(file).href);
  } catch (error) {
    if (error instanceof SyntaxError) throw new StartError("Runtime.UserCodeSyntaxError", `SyntaxError: ${error.message}`);
    if (error?.code === "ERR_MODULE_NOT_FOUND" || error?.code === "MODULE_NOT_FOUND") {
      throw new StartError("Runtime.ImportModuleError", `Error: ${error.message}`);
    }
    throw error;
  }
  const pick = (from) => members.reduce((value, member) => value?.[member], from);
  const handler = pick(loaded) ?? pick(loaded.default);
  if (handler === undefined) throw new StartError("Runtime.HandlerNotFound", `${base} is undefined or not exported`);
  if (typeof handler !== "function") throw new StartError("Runtime.HandlerNotFound", `${base} is not a function`);
  return handler;
}

function makeContext(headers, done) {
  const environment = process.env;
  const deadline = Number(headers["lambda-runtime-deadline-ms"]);
  const given = headers["lambda-runtime-client-context"];
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: environment.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: environment.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: environment.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: environment.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: environment.AWS_LAMBDA_LOG_STREAM_NAME,
    awsRequestId: headers["lambda-runtime-aws-request-id"],
    invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
    clientContext: given ? JSON.parse(given) : undefined,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    succeed: (value) => done(null, value, true),
    fail: (error) => done(error, undefined, true),
    done: (error, value) => done(error, value, true),
  };
}

// Runs the handler; resolves with what to send. A callback waits for an empty event loop, as on AWS.
function run(handler, event, headers) {
  return new Promise((resolve, reject) => {
    const settle = (error, value) => (error === null || error === undefined ? resolve(value) : reject(error));
    let answered = false;
    const done = (error, value, atOnce) => {
      if (answered) return;
      answered = true;
      process.removeListener("beforeExit", silent);
      const failed = error !== null && error !== undefined;
      if (atOnce || failed || !context.callbackWaitsForEmptyEventLoop) settle(error, value);
      else process.once("beforeExit", () => settle(error, value));
    };
    // Nothing is left to do and nobody called back.
    const silent = () => done(null, null, true);
    const context = makeContext(headers, done);
    let result;
    try {
      result = handler(event, context, (error, value) => done(error, value, false));
    } catch (error) {
      done(error, undefined, true);
      return;
    }
    if (typeof result?.then === "function") {
      result.then((value) => done(null, value, true), (error) => done(error ?? new Error("rejected"), undefined, true));
    } else {
      process.once("beforeExit", silent);
    }
  });
}

async function dying(error, name) {
  const description = describe(error);
  if (name) {
    description.errorMessage = `${description.errorType}: ${description.errorMessage}`;
    description.errorType = name;
  }
  console.error("Uncaught Exception", JSON.stringify(description));
  const target = requestId ? `/invocation/${requestId}/error` : "/init/error";
  await call("POST", target, JSON.stringify(description));
  process.exit(129);
}

process.on("uncaughtException", (error) => dying(error));
process.on("unhandledRejection", (error) => dying(error, "Runtime.UnhandledPromiseRejection"));

async function main() {
  let handler;
  try {
    handler = await load();
  } catch (error) {
    await call("POST", "/init/error", report(error, "Uncaught Exception"));
    process.exit(1);
  }
  for (;;) {
    const next = await call("GET", "/invocation/next");
    if (next.status !== 200) process.exit(1);
    requestId = next.headers["lambda-runtime-aws-request-id"];
    process.env._X_AMZN_TRACE_ID = next.headers["lambda-runtime-trace-id"] ?? "";
    try {
      const value = await run(handler, JSON.parse(next.body), next.headers);
      await call("POST", `/invocation/${requestId}/response`, JSON.stringify(value === undefined ? null : value) ?? "null");
    } catch (error) {
      await call("POST", `/invocation/${requestId}/error`, report(error, "Invoke Error"));
    }
  }
}

main();
