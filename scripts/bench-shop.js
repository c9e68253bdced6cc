// How many POST /orders a second the shop takes through the gateway, with everything of the profile
// running (API, consumer, relay, analytics, Kafka, PostgreSQL, and the load, on this machine's cores).
// After a warm-up (half a minute: Java and Node compile what runs, and cold code costs several times as
// much) the rate is stepped up until it is not held; the top is the last one that was, and at each step
// stand the CPU of each process, of a core and of an order. (The latter changes least where others use
// the machine; how much they use is said.) Then p99 at half of the median top, and from the POST to the
// row in analytics.sales_metrics at a given rate.
// Beside it the machine's own floors of the same minute: the same load against a bare server of
// node:http, and the orders alone, in transactions of 100 as two connections of the shop's write them.
// Makes a stack of its own and removes it. Needs a built checkout.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { newOrderId } from "../dist/order/order-id.js";
import { writeShopEvent } from "../dist/order/shop-event.js";
import { openDatabase } from "../dist/runtime/postgres/open-database.js";
import { resolveSettings } from "../dist/runtime/settings/resolve-settings.js";
import { insertOrders } from "../dist/shop/sql/insert-orders.js";
import { cpuByName, cpuOfMachine } from "./cpu-of-processes.js";
import { measureRowLatency, quantile } from "./row-latency.js";

const { values: flags } = parseArgs({
  options: {
    runs: { type: "string", default: "3" },
    seconds: { type: "string", default: "8" },
    warm: { type: "string", default: "30" },
    from: { type: "string", default: "500" },
    factor: { type: "string", default: "1.25" },
    "in-flight": { type: "string", default: "256" },
    "row-rate": { type: "string", default: "1000" },
    scale: { type: "string", multiple: true, default: [] },
  },
});
const program = fileURLToPath(new URL("../bin/run.js", import.meta.url));
const home = mkdtempSync(join(tmpdir(), "orders-bench-shop-"));
const env = { ...process.env, XDG_STATE_HOME: home, ORDERS_STACK: "bench-shop" };
const say = (line) => process.stdout.write(`${line}\n`);
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** An exit code that is not 0 is a finding here (orders were dropped), as long as there is a result. */
async function orders(...args) {
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...args], {
    ...{ env, maxBuffer: 100_000_000 },
  }).catch((error) => {
    if (error.stdout) return error;
    throw error;
  });
  return stdout;
}

async function produce(rate, seconds, ...more) {
  const load = ["--rate", String(rate), "--duration", `${seconds}s`, "--quantity", "1-3", "--json"];
  return JSON.parse(await orders("produce", ...load, "--target", "gateway", ...more));
}

/** Far more than is taken: of what comes too soon the load keeps --in-flight and drops the rest. */
const flood = (seconds, ...more) =>
  produce(10_000, seconds, "--max-in-flight", flags["in-flight"], ...more);

/** A server that reads a body and answers as the shop does. */
async function bareServer() {
  const source = `require("node:http").createServer((request, response) => {
    request.resume().on("end", () => {
      response.writeHead(201, { "content-type": "application/json" });
      response.end('{"orderId":"019a0000-0000-7000-8000-000000000000"}');
    });
  }).listen(0, "127.0.0.1", function () { console.log(this.address().port); });`;
  const child = spawn(process.execPath, ["-e", source], { stdio: ["ignore", "pipe", "inherit"] });
  const [port] = await once(child.stdout, "data");
  return { url: `http://127.0.0.1:${Number(port)}`, stop: () => child.kill("SIGKILL") };
}

function newOrder(n) {
  const items = [{ productId: `PROD${n % 10}`, quantity: 2, priceCents: 1_999 }];
  const createdAt = new Date().toISOString();
  const order = { orderId: newOrderId(), customerId: `CUST${n % 5_000}`, totalCents: 3_998, items };
  const event = { ...order, eventId: newOrderId(), eventType: "ORDER_CREATED", sequence: 1 };
  const payload = writeShopEvent({ ...event, timestamp: createdAt });
  return { ...event, createdAt, payload, traceparent: undefined };
}

/** Orders a second where nothing is done but the transactions. */
async function floorOfTransactions(database) {
  const untilMs = performance.now() + 3_000;
  const ids = [];
  const startedAtMs = performance.now();
  await Promise.all(
    [1, 2].map(async () => {
      while (performance.now() < untilMs) {
        const some = Array.from({ length: 100 }, (_, n) => newOrder(n));
        await insertOrders(database, some);
        ids.push(...some.map(({ orderId }) => orderId));
      }
    }),
  );
  const seconds = (performance.now() - startedAtMs) / 1_000;
  return ids.length / seconds;
}

/** What one measurement leaves to the relay must not burden the next. */
async function untilPublished(database) {
  const text = "SELECT 1 FROM shop.event_outbox WHERE status IN ('NEW', 'FAILED') LIMIT 1";
  while ((await database.query({ text })).rows.length > 0) await wait(100);
}

/** Everything is held: what was asked for is taken, but for a little at the ends. */
const isHeld = ({ offered, rate }) => rate >= 0.97 * offered;

/** One rate, with what each process used. */
async function measureStep(database, processes, offered) {
  await untilPublished(database);
  const before = await cpuByName(processes);
  const machineBefore = cpuOfMachine();
  const startedAtMs = performance.now();
  const load = await produce(offered, flags.seconds, "--max-in-flight", flags["in-flight"]);
  const elapsed = (performance.now() - startedAtMs) / 1_000;
  const machine = cpuOfMachine() - machineBefore;
  const after = await cpuByName(processes);
  const used = [...after].map(([name, spent]) => ({ name, seconds: spent - before.get(name) }));
  const total = used.reduce((sum, { seconds }) => sum + seconds, 0);
  const { acked } = load.counts;
  const text = used.map(
    ({ name, seconds }) => `${name} ${share(seconds, elapsed)} (${ms(seconds, acked)})`,
  );
  const rate = load.acked_rate_per_second;
  say(
    `  ${offered}/s: ${Math.round(rate)}/s taken, p50 ${load.response_ms.p50.toFixed(0)} ms, p99 ${load.response_ms.p99.toFixed(0)} ms; CPU of a core, and of an order: ${text.join(", ")}; together ${ms(total, acked)} an order; others on this machine ${share(machine - total, elapsed)}`,
  );
  return { offered, rate, msOfAnOrder: (total / acked) * 1_000 };
}

const share = (seconds, elapsed) => `${((100 * seconds) / elapsed).toFixed(0)} %`;
const ms = (seconds, count) => `${((seconds / count) * 1_000).toFixed(2)} ms`;

/** The last of ever higher rates that is held; the first, where none is. */
async function measureTop(database, processes) {
  let top;
  for (let offered = Number(flags.from); ; offered = Math.round(offered * Number(flags.factor))) {
    const step = await measureStep(database, processes, offered);
    if (isHeld(step)) top = step;
    // Beyond its top it takes less than at it, or more than was asked of it before.
    else return top === undefined || step.rate > top.rate ? step : top;
  }
}

/** From the POST to the row in sales_metrics, of probes beside a load. */
async function measureRows(database, gatewayUrl, rate) {
  await untilPublished(database);
  const seconds = Number(flags.seconds);
  const loading = produce(rate, seconds + 1, "--max-in-flight", "10000");
  await wait(1_000);
  const { latencies, lost } = await measureRowLatency(
    database,
    gatewayUrl,
    seconds * 1_000 - 1_000,
  );
  const { acked_rate_per_second: taken } = await loading;
  const [p50, p99] = [quantile(latencies, 0.5), quantile(latencies, 0.99)];
  say(
    `POST to the row in sales_metrics at ${rate}/s (${Math.round(taken)}/s taken): p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms, of ${latencies.length}; ${lost} not counted in time`,
  );
}

try {
  say(`${cpus().length} CPUs, Node ${process.version}, load ${loadavg()[0].toFixed(1)}`);
  const ports = ["--port", "0", "--kafka-port", "0", "--postgres-port", "0"];
  const scale = flags.scale.flatMap((each) => ["--scale", each]);
  const status = JSON.parse(await orders("up", "--profile", "shop", ...ports, ...scale, "--json"));
  const started = status.processes.filter(({ pid }) => pid !== null);
  const processes = [...started, { name: "load", pid: process.pid }];
  const variables = await orders("status", "--env");
  const variable = (name) => new RegExp(`^export ${name}='?(.*?)'?$`, "m").exec(variables)?.[1];
  const databaseUrl = variable("DATABASE_URL");
  const settings = resolveSettings({ flags: { databaseUrl }, environment: {} }).values;
  const database = openDatabase(settings, { applicationName: "orders bench", poolSize: 2 });
  const bare = await bareServer();
  try {
    await flood(flags.warm);
    const found = [];
    for (let run = 1; run <= Number(flags.runs); run++) {
      const top = await measureTop(database, processes);
      const { acked_rate_per_second: bareRate } = await flood(3, "--gateway-url", bare.url);
      const transactions = await floorOfTransactions(database);
      found.push({ ...top, bareRate, transactions });
      say(
        `top ${Math.round(top.rate)}/s at ${top.msOfAnOrder.toFixed(2)} ms of CPU an order; bare server ${Math.round(bareRate)}/s; transactions alone ${Math.round(transactions)}/s; load ${loadavg()[0].toFixed(1)}`,
      );
    }
    const of = (name) => median(found.map((each) => each[name]));
    const half = Math.floor(of("rate") / 2);
    const p99s = [];
    for (let run = 1; run <= Number(flags.runs); run++) {
      await untilPublished(database);
      const { response_ms, counts } = await produce(half, flags.seconds);
      p99s.push(response_ms.p99);
      say(
        `at ${half}/s: p50 ${response_ms.p50.toFixed(1)} ms, p99 ${response_ms.p99.toFixed(1)} ms, ${counts.acked} of ${counts.offered} acknowledged`,
      );
    }
    for (let run = 1; run <= Number(flags.runs); run++)
      await measureRows(database, variable("ORDERS_GATEWAY_URL"), Number(flags["row-rate"]));
    say(
      `medians: top ${Math.round(of("rate"))}/s at ${of("msOfAnOrder").toFixed(2)} ms of CPU an order, p99 at half ${median(p99s).toFixed(1)} ms; floors: bare server ${Math.round(of("bareRate"))}/s, transactions alone ${Math.round(of("transactions"))}/s`,
    );
  } finally {
    bare.stop();
    await database.close();
  }
} finally {
  await orders("down", "--volumes", "--yes");
  rmSync(home, { recursive: true, force: true });
}
