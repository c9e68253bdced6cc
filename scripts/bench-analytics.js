// How many events a second `orders analytics` counts, against one transaction an event, in one run:
// the medians of several rounds, and beside them what one CPU does in JSON.parse of the same events
// alone at that moment, as the machine's own measure.
// On the stack that the environment names (KAFKA_BROKERS, DATABASE_URL); makes a database and a topic
// of its own and removes them. Needs a built checkout.
import { execFile } from "node:child_process";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { newOrderId } from "../dist/order/order-id.js";
import { writeShopEvent } from "../dist/order/shop-event.js";
import { createMessageSender } from "../dist/runtime/kafka/create-message-sender.js";
import { createKafka } from "../dist/runtime/kafka/kafka-client.js";
import { ensureTopics } from "../dist/runtime/kafka/topics.js";
import { withAdmin } from "../dist/runtime/kafka/with-admin.js";
import { migrate } from "../dist/runtime/postgres/migrate.js";
import { openDatabase } from "../dist/runtime/postgres/open-database.js";
import { resolveSettings } from "../dist/runtime/settings/resolve-settings.js";

const { values: flags } = parseArgs({
  options: {
    events: { type: "string", default: "300000" },
    single: { type: "string", default: "5000" },
    runs: { type: "string", default: "3" },
    instances: { type: "string", default: "1" },
    workers: { type: "string", default: "3" },
    batch: { type: "string", default: "6000" },
  },
});
const run = promisify(execFile);
const program = fileURLToPath(new URL("../bin/run.js", import.meta.url));
const name = `bench_${process.pid}`;
const settings = resolveSettings({ flags: {}, environment: process.env }).values;
const admin = openDatabase(settings, { applicationName: "orders bench", poolSize: 1 });
const url = new URL(settings.databaseUrl);
url.pathname = `/${name}`;
const kafka = createKafka(settings, "orders-bench");

/** An order of two lines, created; every tenth is cancelled. */
function eventsOf(n) {
  const items = [n % 50, (n * 7) % 50].map((product, line) => ({
    productId: `PROD${String(product).padStart(3, "0")}`,
    quantity: 1 + line,
    priceCents: 1_999,
  }));
  const order = {
    orderId: newOrderId(),
    customerId: `CUST${n % 5_000}`,
    totalCents: 5_997,
    timestamp: new Date().toISOString(),
    items,
  };
  const event = (eventType, sequence) => ({ ...order, eventId: newOrderId(), eventType, sequence });
  return n % 10 === 0
    ? [event("ORDER_CREATED", 1), event("ORDER_CANCELLED", 2)]
    : [event("ORDER_CREATED", 1)];
}

async function fill(topic, count) {
  await ensureTopics(kafka, [{ topic, partitions: 50, configEntries: [] }]);
  const sender = createMessageSender(kafka, { ...settings, topic });
  await sender.connect();
  for (let n = 0, sent = 0; sent < count; ) {
    const messages = [];
    while (messages.length < 5_000 && sent + messages.length < count) {
      for (const event of eventsOf(n++))
        messages.push({ key: event.orderId, value: Buffer.from(writeShopEvent(event)) });
    }
    await sender.send(messages);
    sent += messages.length;
  }
  await sender.close();
}

/** Events a second that one CPU parses. */
function parseRate() {
  const texts = Array.from({ length: 5_000 }, (_, n) => writeShopEvent(eventsOf(n)[0]));
  const startedAtMs = performance.now();
  let parsed = 0;
  for (; performance.now() - startedAtMs < 1_000; parsed += texts.length)
    for (const text of texts) JSON.parse(text);
  return parsed / ((performance.now() - startedAtMs) / 1_000);
}

async function drain(topic, ...more) {
  await database.query({ text: "DROP SCHEMA IF EXISTS analytics CASCADE" });
  await migrate(database, "analytics");
  const env = { ...process.env, DATABASE_URL: url.href, ORDERS_EVENTS_TOPIC: topic };
  const args = [program, "analytics", "--until-caught-up", "--json", "--quiet", ...more];
  const { stdout } = await run(process.execPath, args, { env });
  const result = JSON.parse(stdout);
  const each = Math.round((1_000 * result.counted) / result.duration_ms);
  process.stdout.write(
    `${more.join(" ").padEnd(50)} ${result.counted} events in ${result.duration_ms} ms: ${each}/s\n`,
  );
  return each;
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

await admin.query({ text: `CREATE DATABASE ${name}` });
const database = openDatabase(
  { ...settings, databaseUrl: url.href },
  { applicationName: "orders bench" },
);
try {
  await fill(`${name}-all`, Number(flags.events));
  await fill(`${name}-single`, Number(flags.single));
  process.stdout.write(`${cpus().length} CPUs, Node ${process.version}\n`);
  const { instances, workers, batch } = flags;
  const [fast, slow, floor] = [[], [], []];
  for (let round = 0; round < Number(flags.runs); round++) {
    floor.push(parseRate());
    fast.push(
      await drain(
        `${name}-all`,
        ...["--instances", instances, "--workers", workers, "--batch", batch],
      ),
    );
    slow.push(await drain(`${name}-single`, ...["--workers", workers, "--batch", "1"]));
  }
  const [events, single] = [median(fast), median(slow)];
  process.stdout.write(
    `medians: ${events} events/s, ${(events / single).toFixed(1)} times one transaction an event (${single}/s); JSON.parse alone ${Math.round(median(floor))}/s on one CPU\n`,
  );
} finally {
  await database.close();
  await admin.query({ text: `DROP DATABASE ${name} WITH (FORCE)` });
  await admin.close();
  await withAdmin(kafka, (each) =>
    each.deleteTopics({ topics: [`${name}-all`, `${name}-single`] }),
  );
}
