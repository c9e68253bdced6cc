// What a request costs the load generator, and how long its order waits, by the number of connections
// and by pipelining (requests on a connection before its first answer): the load's own code, at a
// steady rate, against a bare server of this script, or with --api-url against that API. Without
// pipelining by our own connection, with it by undici's. In each round every way once, in turn; printed
// are the medians of the rounds. Needs a built checkout.
import { fork } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Client } from "undici";
import { parseLoadRequest } from "../dist/load/load-request.js";
import { runLoad } from "../dist/load/run-load.js";
import { createHttpTarget } from "../dist/load/sending/create-http-target.js";
import { requestBody } from "../dist/load/targets/http.js";
import { PlainConnection } from "../dist/load/wiring/http/plain-connection.js";
import { createWorkload } from "../dist/load/workload.js";
import { orderIdForKey } from "../dist/order/order-id.js";

const { values: flags } = parseArgs({
  options: {
    serve: { type: "boolean", default: false },
    "api-url": { type: "string" },
    rate: { type: "string", default: "2000" },
    duration: { type: "string", default: "5s" },
    rounds: { type: "string", default: "3" },
    ways: { type: "string", default: "50x1,8x1,500x1,8x4,2x16" },
  },
});

/** Reads an order, and accepts it: what any API must do at least. */
function serve() {
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      const order = JSON.parse(body);
      const id = orderIdForKey(order.customer_id, request.headers["idempotency-key"]);
      response.writeHead(202, { "content-type": "application/json" });
      response.end(JSON.stringify({ order_id: id, status: "accepted" }));
    });
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, "127.0.0.1", () => process.send(server.address().port));
  process.on("disconnect", () => process.exit());
}

/** What our own connection cannot: several requests before the first answer. */
function pipelined(url, pipelining) {
  const client = new Client(url.origin, { pipelining, headersTimeout: 0, bodyTimeout: 0 });
  return {
    send(content, handler) {
      const said = { status: 0, text: "" };
      // undici pipelines only what it is told may be sent twice; nothing here sends it twice.
      client.dispatch(
        { ...content, idempotent: true },
        {
          onRequestStart: (exchange) => handler.leaves(exchange),
          onResponseStart: (_, status) => {
            said.status = status;
          },
          onResponseData: (_, chunk) => {
            said.text += chunk;
          },
          onResponseEnd: () => handler.answered(said.status, said.text),
          onResponseError: (_, error) => handler.broke(error),
        },
      );
    },
    destroy: () => client.destroy(),
  };
}

/** A connection stands among the free ones as often as it may carry a request at once. */
async function measure(url, [connections, pipelining]) {
  const clients = Array.from({ length: connections }, () =>
    pipelining === 1
      ? new PlainConnection(url, { connectTimeoutMs: 5_000 })
      : pipelined(url, pipelining),
  );
  const opened = Array.from({ length: pipelining }, () => clients).flat();
  const pool = { url, connectionsMax: opened.length, opened, connect: () => opened[0] };
  const request = parseLoadRequest({ ...flags, timeout: "10s" });
  const target = createHttpTarget(pool, {
    ...{ kind: "http", address: url.href, method: "POST" },
    request: (order) => ({
      path: url.pathname,
      headers: ["content-type", "application/json", "idempotency-key", order.key],
      body: requestBody(order),
    }),
  });
  const workload = createWorkload(request.workload);
  const before = process.cpuUsage();
  const options = { schedule: request.schedule, workload, maxInFlight: 10_000, timeoutMs: 10_000 };
  const result = await runLoad(options, target);
  const { user, system } = process.cpuUsage(before);
  await Promise.all(clients.map((client) => client.destroy()));
  const { acked, offered } = result.counts;
  if (acked !== offered) throw new Error(`${JSON.stringify(result.answers)} of ${offered}`);
  return [(user + system) / offered, result.responseMs.p50, result.responseMs.p99];
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

async function compare() {
  const own = flags["api-url"] === undefined;
  const server = own ? fork(fileURLToPath(import.meta.url), ["--serve"]) : undefined;
  const [port] = server === undefined ? [] : await once(server, "message");
  const url = new URL("order", own ? `http://127.0.0.1:${port}/` : `${flags["api-url"]}/`);
  const ways = flags.ways.split(",").map((way) => way.split("x").map(Number));
  const found = ways.map(() => []);
  await measure(url, ways[0]);
  for (let round = 0; round < Number(flags.rounds); round++)
    for (const [index, way] of ways.entries()) found[index].push(await measure(url, way));
  console.log(`${url.href}, ${flags.rate}/s, ${flags.duration}, ${flags.rounds} rounds`);
  console.table(
    ways.map(([connections, pipelining], index) => {
      const [cpu, p50, p99] = [0, 1, 2].map((at) => median(found[index].map((each) => each[at])));
      return {
        ...{ connections, pipelining, "CPU µs/request": cpu.toFixed(1) },
        ...{ "response p50 ms": p50.toFixed(2), "response p99 ms": p99.toFixed(2) },
      };
    }),
  );
  server?.disconnect();
}

if (flags.serve) serve();
else await compare();
