// How long `orders audit ledger` takes for so many orders, and how much memory: against the bare
// reading of the same log and of the same rows in the same run, which are the machine's own measure.
// The orders are placed on a topic and decided by `orders consume`. Every tenth is of two lines.
// On the stack that the environment names (KAFKA_BROKERS, DATABASE_URL); makes a database and a topic
// of its own and removes them. Needs a built checkout.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { newOrderId } from "../dist/order/order-id.js";
import { createMessageSender } from "../dist/runtime/kafka/create-message-sender.js";
import { createKafka } from "../dist/runtime/kafka/kafka-client.js";
import { openTopicReader } from "../dist/runtime/kafka/kafkajs-internals/topic-reader.js";
import { ensureTopics, readRanges } from "../dist/runtime/kafka/topics.js";
import { withAdmin } from "../dist/runtime/kafka/with-admin.js";
import { migrate } from "../dist/runtime/postgres/migrate.js";
import { openDatabase } from "../dist/runtime/postgres/open-database.js";
import { resolveSettings } from "../dist/runtime/settings/resolve-settings.js";

const { values: flags } = parseArgs({
  options: {
    orders: { type: "string", default: "1000000" },
    runs: { type: "string", default: "3" },
    partitions: { type: "string", default: "50" },
  },
});
const orders = Number(flags.orders);
const program = fileURLToPath(new URL("../bin/run.js", import.meta.url));
const name = `bench_${process.pid}`;
const settings = resolveSettings({ flags: {}, environment: process.env }).values;
const admin = openDatabase(settings, { applicationName: "orders bench", poolSize: 1 });
const url = new URL(settings.databaseUrl);
url.pathname = `/${name}`;
const kafka = createKafka(settings, "orders-bench");
const say = (line) => process.stdout.write(`${line}\n`);
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

function messageOf(n) {
  const product = (k) => `PROD${String(1 + ((n * 7 + k) % 10)).padStart(3, "0")}`;
  const customer_id = `CUST${n % 5_000}`;
  const order = { order_id: newOrderId(), customer_id };
  const what =
    n % 10 === 0
      ? { items: [0, 1].map((k) => ({ product_id: product(k), quantity: 1 + k, price: 9.99 })) }
      : { product_id: product(0), quantity: 1, amount: 9.99 };
  const timestamp = new Date().toISOString();
  return { key: customer_id, value: Buffer.from(JSON.stringify({ ...order, ...what, timestamp })) };
}

async function fill() {
  await ensureTopics(kafka, [
    { topic: name, partitions: Number(flags.partitions), configEntries: [] },
  ]);
  const sender = createMessageSender(kafka, { ...settings, topic: name });
  await sender.connect();
  for (let sent = 0; sent < orders; sent += 5_000) {
    const count = Math.min(5_000, orders - sent);
    await sender.send(Array.from({ length: count }, (_, index) => messageOf(sent + index)));
  }
  await sender.close();
}

/** A process of the program; its peak of resident memory as the kernel keeps it. */
async function timed(...args) {
  const env = {
    ...process.env,
    DATABASE_URL: url.href,
    KAFKA_TOPIC: name,
    CONSUMER_GROUP_ID: name,
  };
  const startedAtMs = performance.now();
  const child = spawn(process.execPath, [...process.execArgv, program, ...args], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let stdout = "";
  let peakKib = 0;
  let cpuSeconds = 0;
  child.stdout.on("data", (data) => (stdout += data));
  const watch = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
      peakKib = Math.max(peakKib, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0));
      const [, rest] = readFileSync(`/proc/${child.pid}/stat`, "utf8").split(") ");
      const [user, system] = rest.split(" ").slice(11, 13);
      cpuSeconds = (Number(user) + Number(system)) / 100;
    } catch {
      // Not on this system, or it has just ended.
    }
  }, 200);
  const [code] = await once(child, "exit");
  clearInterval(watch);
  return { code, stdout, seconds: (performance.now() - startedAtMs) / 1_000, peakKib, cpuSeconds };
}

/** From the first offset to the end, nothing done with it. */
async function readLog() {
  const reader = await openTopicReader(createKafka(settings, "orders-bench"), name);
  const ranges = await withAdmin(kafka, (on) => readRanges(on, name));
  const startedAtMs = performance.now();
  const cpuAtStart = process.cpuUsage();
  const positions = new Map(ranges.map(({ partition, low }) => [partition, low]));
  const ends = new Map(ranges.map(({ partition, high }) => [partition, high]));
  let read = 0;
  while (positions.size > 0) {
    for (const run of await reader.fetch(positions, { waitMs: 200, bytesMax: 8_388_608 })) {
      read += run.messages.length;
      if (run.next >= ends.get(run.partition)) positions.delete(run.partition);
      else positions.set(run.partition, run.next);
    }
  }
  const seconds = (performance.now() - startedAtMs) / 1_000;
  const { user, system } = process.cpuUsage(cpuAtStart);
  await reader.close();
  return { read, seconds, cpuSeconds: (user + system) / 1e6 };
}

await admin.query({ text: `CREATE DATABASE ${name}` });
const database = openDatabase(
  { ...settings, databaseUrl: url.href },
  { applicationName: "orders bench", poolSize: 2 },
);
try {
  await migrate(database, "migrations");
  for (let n = 1; n <= 10; n++)
    await database.query(
      {
        text: `INSERT INTO inventory (product_id, product_name, available_quantity, total_quantity, unit_price)
               VALUES ($1, $1, 1000000000, 1000000000, 9.99)`,
      },
      [`PROD${String(n).padStart(3, "0")}`],
    );
  await database.query({
    text: `INSERT INTO stock_movements (product_id, reason, delta_available, delta_total)
           SELECT product_id, 'seed', available_quantity, total_quantity FROM inventory`,
  });
  say(`${cpus().length} CPUs, Node ${process.version}, load ${loadavg()[0].toFixed(1)}`);
  await fill();
  const drained = await timed("consume", "--until-caught-up", "--quiet");
  say(`${orders} orders placed, and decided in ${drained.seconds.toFixed(1)} s`);
  await database.query({ text: "VACUUM ANALYZE orders" });
  const ratios = [];
  for (let run = 0; run < Number(flags.runs); run++) {
    const bare = await readLog();
    const startedAtMs = performance.now();
    await database.query({ text: "SELECT count(*), sum(quantity), sum(amount) FROM orders" });
    const sumSeconds = (performance.now() - startedAtMs) / 1_000;
    const ledger = await timed("audit", "ledger", "--json", "--quiet", "--timeout", "10m");
    const { verdict, read } = JSON.parse(ledger.stdout);
    const rate = Math.round(bare.read / bare.seconds);
    ratios.push(ledger.seconds / bare.seconds);
    say(
      `ledger ${ledger.seconds.toFixed(1)} s (CPU ${ledger.cpuSeconds.toFixed(1)} s), ${Math.round(ledger.peakKib / 1_024)} MiB at most, ${verdict} (${read.messages} messages, ${read.rows} rows); bare reading of the log ${bare.seconds.toFixed(1)} s (${rate}/s, CPU ${bare.cpuSeconds.toFixed(1)} s), count with sums ${sumSeconds.toFixed(2)} s: ${ratios.at(-1).toFixed(2)} times the bare reading; load ${loadavg()[0].toFixed(1)}`,
    );
  }
  say(`median: ${median(ratios).toFixed(2)} times the bare reading of the log (goal: at most 3)`);
} finally {
  await database.close();
  await admin.query({ text: `DROP DATABASE IF EXISTS ${name} WITH (FORCE)` });
  await admin.close();
  await withAdmin(kafka, (on) => on.deleteTopics({ topics: [name] }));
}
