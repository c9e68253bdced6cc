// What POST /order costs the API, and how many a second it takes, beside a bare server of node:http that
// parses the same body and answers 202, at 50 and 256 connections: requests a second, and CPU of the
// server's processes a request (which changes least where others use the machine). In each round every
// server once, in turn, after a warm-up: cold, its code costs twice as much. Printed are the medians of the
// rounds, and each server's share of the bare one in the same round.
// The load is wrk's, on one thread, where it is installed, else a closed loop of undici. With --against
// BIN the bin/run.js of another build is measured in the same rounds. Makes a stack of its own, with a
// consumer running (--no-consumer: without), and removes it; with --here it takes the brokers and the
// database of the environment (orders status --env). Needs a built checkout.
import { execFile, fork, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { Client } from "undici";
import { cpuByName } from "./cpu-of-processes.js";

const { values: flags } = parseArgs({
  options: {
    "as-bare-server": { type: "boolean", default: false },
    "as-load": { type: "string" },
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "4" },
    warm: { type: "string", default: "20" },
    connections: { type: "string", default: "50,256" },
    instances: { type: "string", default: "1,2" },
    against: { type: "string", multiple: true, default: [] },
    consumer: { type: "boolean", default: true },
    here: { type: "boolean", default: false },
  },
  allowNegative: true,
});
const self = fileURLToPath(import.meta.url);
const program = fileURLToPath(new URL("../bin/run.js", import.meta.url));
const run = promisify(execFile);
const say = (line) => process.stdout.write(`${line}\n`);
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** Orders of so many customers, in turn: every partition gets some. */
const customers = 1_000;
const bodyOf = (n) =>
  `{"customer_id":"CUST${n % customers}","product_id":"PROD00${n % 10}","quantity":2,"amount":39.98}`;

/** Does what any API must do at least. */
function serveBare() {
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      JSON.parse(body);
      response.writeHead(202, { "content-type": "application/json" });
      response.end(JSON.stringify({ order_id: randomUUID(), status: "accepted" }));
    });
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, "127.0.0.1", () => process.send(server.address().port));
  process.on("disconnect", () => process.exit());
}

/** On each connection one request after the other. Sends how many were answered 202, and how many not. */
async function loadByUndici({ url, connections, seconds }) {
  const counts = { accepted: 0, other: 0 };
  const untilMs = performance.now() + seconds * 1_000;
  const loop = async (n) => {
    const client = new Client(url);
    for (let sent = n; performance.now() < untilMs; sent += connections) {
      const { statusCode, body } = await client.request({
        ...{ path: "/order", method: "POST", body: bodyOf(sent) },
        headers: { "content-type": "application/json" },
      });
      await body.dump();
      counts[statusCode === 202 ? "accepted" : "other"] += 1;
    }
    await client.close();
  };
  await Promise.all(Array.from({ length: connections }, (_, n) => loop(n)));
  process.send(counts);
  process.disconnect();
}

const wrkScript = `
local requests, n = {}, 0
init = function()
  for i = 0, ${customers - 1} do
    local body = string.format('{"customer_id":"CUST%d","product_id":"PROD00%d","quantity":2,"amount":39.98}', i, i % 10)
    requests[i] = wrk.format("POST", "/order", { ["content-type"] = "application/json" }, body)
  end
end
request = function() n = (n + 1) % ${customers}; return requests[n] end
`;

/** @returns how many requests were answered 202, and in how many seconds. */
async function load(url, connections, seconds, script) {
  if (script === undefined) {
    const child = fork(self, ["--as-load", JSON.stringify({ url, connections, seconds })]);
    const [counts] = await once(child, "message");
    await once(child, "exit");
    if (counts.other > 0) throw new Error(`${counts.other} requests were not answered 202`);
    return { requests: counts.accepted, seconds };
  }
  const { stdout } = await run("wrk", [
    ...["-t1", `-c${connections}`, `-d${seconds}s`, "--timeout", "30s", "-s", script, url],
  ]);
  const failed = /Non-2xx.*|Socket errors.*/.exec(stdout);
  if (failed !== null) throw new Error(failed[0]);
  const [, requests, took] = /(\d+) requests in ([\d.]+)s/.exec(stdout);
  return { requests: Number(requests), seconds: Number(took) };
}

/** @returns the address that the API prints when it listens, and its end. */
async function startApi(bin, instances, env) {
  const args = [bin, "api", "--port", "0", "--instances", String(instances)];
  const child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  const url = await new Promise((resolve, reject) => {
    child.stdout.on("data", (chunk) => {
      text += chunk;
      const found = /"url":"(http[^"]+)"/.exec(text);
      if (found !== null) resolve(found[1]);
    });
    child.once("exit", () => reject(new Error(`the API ended: ${text}`)));
    setTimeout(() => reject(new Error(`the API does not listen: ${text}`)), 30_000).unref();
  });
  await untilReady(url);
  return { url, pid: child.pid, stop: () => stop(child) };
}

async function untilReady(url) {
  const signal = AbortSignal.timeout(30_000);
  for (;;) {
    const { status } = await fetch(`${url}/ready`, { signal });
    if (status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function stop(child) {
  child.kill("SIGTERM");
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
}

async function startBare() {
  const child = fork(self, ["--as-bare-server"]);
  const [port] = await once(child, "message");
  return { url: `http://127.0.0.1:${port}`, pid: child.pid, stop: async () => child.disconnect() };
}

async function measure({ name, pid, url }, connections, script) {
  const before = await cpuByName([{ name, pid }]);
  const { requests, seconds } = await load(url, connections, Number(flags.seconds), script);
  const after = await cpuByName([{ name, pid }]);
  return {
    perSecond: requests / seconds,
    cpuUs: ((after.get(name) - before.get(name)) * 1e6) / requests,
  };
}

async function compare(env, script) {
  const servers = [];
  try {
    servers.push({ name: "bare node:http", ...(await startBare()) });
    for (const instances of flags.instances.split(",").map(Number)) {
      const name = `orders api, ${instances === 1 ? "one process" : `--instances ${instances}`}`;
      servers.push({ name, ...(await startApi(program, instances, env)) });
      for (const bin of flags.against)
        servers.push({ name: `${name}, ${bin}`, ...(await startApi(bin, instances, env)) });
    }
    for (const { url } of servers) await load(url, 50, Number(flags.warm), script);
    for (const connections of flags.connections.split(",").map(Number)) {
      const found = servers.map(() => []);
      for (let round = 0; round < Number(flags.rounds); round++)
        for (const [index, server] of servers.entries())
          found[index].push(await measure(server, connections, script));
      print(servers, connections, found);
    }
  } finally {
    for (const server of servers) await server.stop();
  }
}

/** Shares are of the same round: what else runs then meets both. */
function print(servers, connections, found) {
  say(`${connections} connections, load ${loadavg()[0].toFixed(1)}`);
  const rows = servers.map(({ name }, index) => {
    const of = (value) => median(found[index].map(value));
    return {
      server: name,
      "requests/s": Math.round(of(({ perSecond }) => perSecond)),
      "of bare": of(({ perSecond }, round) => perSecond / found[0][round].perSecond).toFixed(2),
      "CPU µs/request": of(({ cpuUs }) => cpuUs).toFixed(1),
      "bare by CPU": of(({ cpuUs }, round) => found[0][round].cpuUs / cpuUs).toFixed(2),
    };
  });
  console.table(rows);
}

/** What the environment says of a stack of our own, and the end of it. */
async function startStack(home) {
  const env = { ...process.env, XDG_STATE_HOME: home, ORDERS_STACK: "bench-intake" };
  const orders = (...args) => run(process.execPath, [program, ...args], { env });
  const end = () => orders("down", "--volumes", "--yes");
  try {
    const ports = ["--port", "0", "--kafka-port", "0", "--postgres-port", "0"];
    await orders("up", "--only", "infra", ...ports);
    const { stdout } = await orders("status", "--env");
    const variables = [...stdout.matchAll(/^export (\w+)='?(.*?)'?$/gm)];
    for (const [, name, value] of variables) env[name] = value;
    return { env, end };
  } catch (error) {
    await end();
    throw error;
  }
}

const here = { env: process.env, end: async () => {} };

async function main() {
  const home = mkdtempSync(join(tmpdir(), "orders-bench-intake-"));
  const hasWrk = await run("wrk", ["-v"]).then(
    () => true,
    (error) => error.code !== "ENOENT",
  );
  const script = hasWrk ? join(home, "orders.lua") : undefined;
  if (script !== undefined) writeFileSync(script, wrkScript);
  say(`${cpus().length} CPUs, Node ${process.version}, load by ${hasWrk ? "wrk -t1" : "undici"}`);
  const { env, end } = flags.here ? here : await startStack(home);
  let consumer;
  try {
    if (flags.consumer)
      consumer = spawn(process.execPath, [program, "consume"], { env, stdio: "ignore" });
    await compare(env, script);
  } finally {
    if (consumer !== undefined) await stop(consumer);
    await end();
    rmSync(home, { recursive: true, force: true });
  }
}

if (flags["as-bare-server"]) serveBare();
else if (flags["as-load"] !== undefined) await loadByUndici(JSON.parse(flags["as-load"]));
else await main();
