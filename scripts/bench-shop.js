// How many POST /orders a second the shop takes through the gateway, with everything of the profile
// running (API, consumer, relay, analytics, Kafka, PostgreSQL, and the load, on this machine's cores):
// the rate at the top, the CPU of each process there (of an order, too: that changes least where others
// use the machine), and p99 at half of the median of that rate.
// Beside it the machine's own floors of the same minute: the same load against a bare server of
// node:http, and the orders alone, in transactions of 100 as two connections of the shop's write them.
// Makes a stack of its own and removes it. Needs a built checkout.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
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

const { values: flags } = parseArgs({
  options: {
    runs: { type: "string", default: "3" },
    seconds: { type: "string", default: "10" },
    // Far more than is taken: of what comes too soon the load keeps --max-in-flight and drops the rest.
    offered: { type: "string", default: "6000" },
    "in-flight": { type: "string", default: "128" },
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

const ticksPerSecond = 100;

/** Seconds of CPU since it was started, with those of children that have ended; 0 of one that is gone. */
function cpuOf(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
    const ticks = fields.slice(11, 15).reduce((sum, each) => sum + Number(each), 0);
    return ticks / ticksPerSecond;
  } catch {
    return 0;
  }
}

/** PostgreSQL works in processes of its own. */
async function cpuByService(processes) {
  const { stdout } = await promisify(execFile)("ps", ["-e", "-o", "pid=,ppid="]);
  const children = stdout
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  return new Map(
    processes.map(({ name, pid }) => {
      const own = children.filter(([, parent]) => parent === pid).map(([child]) => cpuOf(child));
      return [name, cpuOf(pid) + own.reduce((sum, each) => sum + each, 0)];
    }),
  );
}

async function produce(rate, ...more) {
  const duration = `${flags.seconds}s`;
  const load = ["--rate", String(rate), "--duration", duration, "--quantity", "1-3", "--json"];
  return JSON.parse(await orders("produce", ...load, ...more));
}

const atTheTop = (...more) =>
  produce(flags.offered, "--max-in-flight", flags["in-flight"], ...more);

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

async function measureTop(processes) {
  const before = await cpuByService(processes);
  const startedAtMs = performance.now();
  const load = await atTheTop("--target", "gateway");
  const { acked_rate_per_second: rate, latency_ms, counts } = load;
  const seconds = (performance.now() - startedAtMs) / 1_000;
  const after = await cpuByService(processes);
  const cpu = [...after].map(([name, spent]) => {
    const used = spent - before.get(name);
    const ofAnOrder = ((used / counts.acked) * 1_000).toFixed(2);
    return `${name} ${((used / seconds) * 100).toFixed(0)} % (${ofAnOrder} ms)`;
  });
  return { rate, p99: latency_ms.p99, cpu: cpu.join(", ") };
}

try {
  say(`${cpus().length} CPUs, Node ${process.version}, load ${loadavg()[0].toFixed(1)}`);
  const ports = ["--port", "0", "--kafka-port", "0", "--postgres-port", "0"];
  const scale = flags.scale.flatMap((each) => ["--scale", each]);
  const status = JSON.parse(await orders("up", "--profile", "shop", ...ports, ...scale, "--json"));
  const processes = status.processes.filter(({ pid }) => pid !== null);
  const variables = await orders("status", "--env");
  const databaseUrl = /^export DATABASE_URL='?(.*?)'?$/m.exec(variables)?.[1];
  const settings = resolveSettings({ flags: { databaseUrl }, environment: {} }).values;
  const database = openDatabase(settings, { applicationName: "orders bench", poolSize: 2 });
  const bare = await bareServer();
  try {
    await atTheTop("--target", "gateway"); // Code is compiled, tables are in memory.
    const found = [];
    for (let run = 1; run <= Number(flags.runs); run++) {
      await untilPublished(database);
      const top = await measureTop(processes);
      const { acked_rate_per_second: bareRate } = await atTheTop(
        ...["--target", "gateway", "--gateway-url", bare.url],
      );
      const transactions = await floorOfTransactions(database);
      found.push({ ...top, bareRate, transactions });
      say(
        `top ${Math.round(top.rate)}/s (p99 ${top.p99.toFixed(0)} ms with ${flags["in-flight"]} at once); bare server ${Math.round(bareRate)}/s; transactions alone ${Math.round(transactions)}/s; load ${loadavg()[0].toFixed(1)}`,
      );
      say(`  CPU of a core, and of an order: ${top.cpu}`);
    }
    const top = median(found.map(({ rate }) => rate));
    const half = Math.floor(top / 2);
    const p99s = [];
    for (let run = 1; run <= Number(flags.runs); run++) {
      await untilPublished(database);
      const { latency_ms, counts } = await produce(half, "--target", "gateway");
      p99s.push(latency_ms.p99);
      say(
        `at ${half}/s: p50 ${latency_ms.p50.toFixed(1)} ms, p99 ${latency_ms.p99.toFixed(1)} ms, ${counts.acked} of ${counts.offered} acknowledged`,
      );
    }
    say(
      `medians: top ${Math.round(top)}/s, p99 at half ${median(p99s).toFixed(1)} ms; floors: bare server ${Math.round(median(found.map(({ bareRate }) => bareRate)))}/s, transactions alone ${Math.round(median(found.map(({ transactions }) => transactions)))}/s`,
    );
  } finally {
    bare.stop();
    await database.close();
  }
} finally {
  await orders("down", "--volumes", "--yes");
  rmSync(home, { recursive: true, force: true });
}
