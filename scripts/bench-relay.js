// How many events a second `orders relay` publishes and marks, against the reference's loop without
// its pause of a second (50 rows locked, one send awaited at a time, marked, committed), in one run;
// and how long an event takes from its commit to its mark at a steady rate. With --held-transaction D
// instead: what a transaction that stays open for so long elsewhere in the database costs the relay.
// On the stack that the environment names (KAFKA_BROKERS, DATABASE_URL); makes a database and a topic
// of its own and removes them. Needs a built checkout.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpus } from "node:os";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { newOrderId } from "../dist/order/order-id.js";
import { writeShopEvent } from "../dist/order/shop-event.js";
import { parseDuration } from "../dist/ports/duration.js";
import { createMessageSender } from "../dist/runtime/kafka/create-message-sender.js";
import { createKafka } from "../dist/runtime/kafka/kafka-client.js";
import { ensureTopics } from "../dist/runtime/kafka/topics.js";
import { withAdmin } from "../dist/runtime/kafka/with-admin.js";
import { migrate } from "../dist/runtime/postgres/migrate.js";
import { openDatabase } from "../dist/runtime/postgres/open-database.js";
import { resolveSettings } from "../dist/runtime/settings/resolve-settings.js";
import { insertOrders } from "../dist/shop/sql/insert-orders.js";
import { tellRelays } from "../dist/shop/wake-up.js";

const { values: flags } = parseArgs({
  options: {
    events: { type: "string", default: "200000" },
    reference: { type: "string", default: "3000" },
    runs: { type: "string", default: "3" },
    rate: { type: "string", default: "1000" },
    seconds: { type: "string", default: "15" },
    "held-transaction": { type: "string" },
    burst: { type: "string", default: "60000" },
  },
});
const program = fileURLToPath(new URL("../bin/run.js", import.meta.url));
const name = `bench_${process.pid}`;
const settings = resolveSettings({ flags: {}, environment: process.env }).values;
const admin = openDatabase(settings, { applicationName: "orders bench", poolSize: 1 });
const url = new URL(settings.databaseUrl);
url.pathname = `/${name}`;
const kafka = createKafka(settings, "orders-bench");
const topic = `${name}-events`;

function newOrder(n) {
  const items = [{ productId: `PROD${n % 10}`, quantity: 1 + (n % 3), priceCents: 1_999 }];
  const order = {
    orderId: newOrderId(),
    customerId: `CUST${n % 5_000}`,
    totalCents: items[0].quantity * items[0].priceCents,
    items,
  };
  const eventId = newOrderId();
  const createdAt = new Date().toISOString();
  const event = {
    ...order,
    eventId,
    eventType: "ORDER_CREATED",
    timestamp: createdAt,
    sequence: 1,
  };
  return { ...order, eventId, createdAt, payload: writeShopEvent(event), traceparent: undefined };
}

async function fill(database, count) {
  for (let n = 0; n < count; n += 1_000)
    await insertOrders(
      database,
      Array.from({ length: Math.min(1_000, count - n) }, (_, i) => newOrder(n + i)),
    );
  await database.query({ text: "VACUUM ANALYZE shop.event_outbox" });
}

const unsent = async (database) =>
  (
    await database.query({
      text: "SELECT count(*) AS n FROM shop.event_outbox WHERE status IN ('NEW', 'FAILED')",
    })
  ).rows[0].n;

function startRelay() {
  const env = { ...process.env, DATABASE_URL: url.href, ORDERS_EVENTS_TOPIC: topic };
  const child = spawn(process.execPath, [program, "relay", "--no-place-orders", "--json"], {
    env,
    stdio: ["ignore", "pipe", "ignore"],
  });
  return async () => {
    child.kill("SIGTERM");
    await once(child, "exit");
  };
}

/** From the first mark to the last, so that the process's start is left out. */
async function relayRate(database, count) {
  await fill(database, count);
  const stop = startRelay();
  while ((await unsent(database)) > 0) await wait(50);
  await stop();
  const { rows } = await database.query({
    text: `SELECT count(*) FILTER (WHERE sent_at > first) AS n,
                  extract(epoch FROM max(sent_at) - min(first)) AS seconds
             FROM shop.event_outbox, (SELECT min(sent_at) AS first FROM shop.event_outbox) AS f`,
  });
  await database.query({ text: "TRUNCATE shop.event_outbox, shop.orders, shop.order_items" });
  return rows[0].n / rows[0].seconds;
}

/** The reference's own statement, with what a publisher must do beside it to lose nothing. */
async function referenceRate(database, count) {
  await fill(database, count);
  const sender = createMessageSender(kafka, { ...settings, topic });
  await sender.connect();
  const startedAtMs = performance.now();
  for (let sent = 0; sent < count; ) {
    sent += await database.transaction(async (tx) => {
      const { rows } = await tx.query({
        text: "SELECT * FROM shop.event_outbox WHERE status IN ('NEW','FAILED') FOR UPDATE SKIP LOCKED LIMIT 50",
      });
      for (const { id, order_id, payload } of rows) {
        await sender.send([{ key: order_id, value: Buffer.from(payload) }]);
        await tx.query({ text: "UPDATE shop.event_outbox SET status = 'SENT' WHERE id = $1" }, [
          id,
        ]);
      }
      return rows.length;
    });
  }
  const seconds = (performance.now() - startedAtMs) / 1_000;
  await sender.close();
  await database.query({ text: "TRUNCATE shop.event_outbox, shop.orders, shop.order_items" });
  return count / seconds;
}

/** From the commit (the insertion's own clock, within one statement of it) to the mark. */
async function latency(database, ratePerSecond, seconds) {
  const stop = startRelay();
  await wait(4_000);
  const startedAtMs = performance.now();
  let placed = 0;
  while (placed < ratePerSecond * seconds) {
    const due = Math.floor(((performance.now() - startedAtMs) / 1_000) * ratePerSecond);
    const some = Math.min(due, ratePerSecond * seconds) - placed;
    if (some > 0) {
      await insertOrders(
        database,
        Array.from({ length: some }, (_, i) => newOrder(placed + i)),
      );
      void tellRelays(database);
      placed += some;
    }
    await wait(2);
  }
  while ((await unsent(database)) > 0) await wait(50);
  await stop();
  const { rows } = await database.query({
    text: `SELECT percentile_cont(ARRAY[0.5, 0.99]) WITHIN GROUP (ORDER BY extract(epoch FROM sent_at - created_at) * 1000) AS ms
             FROM shop.event_outbox`,
  });
  await database.query({ text: "TRUNCATE shop.event_outbox, shop.orders, shop.order_items" });
  return rows[0].ms;
}

/** Orders at the rate, for so long; `lap` is called every 15 s. */
async function feed(database, ratePerSecond, seconds, lap) {
  const startedAtMs = performance.now();
  const lapSeconds = Math.min(15, seconds);
  let placed = 0;
  let laps = 0;
  while (placed < ratePerSecond * seconds) {
    const elapsed = (performance.now() - startedAtMs) / 1_000;
    const some = Math.min(Math.floor(elapsed * ratePerSecond), ratePerSecond * seconds) - placed;
    if (some > 0) {
      await insertOrders(
        database,
        Array.from({ length: some }, (_, i) => newOrder(placed + i)),
      );
      void tellRelays(database);
      placed += some;
    }
    if (elapsed >= (laps + 1) * lapSeconds) {
      laps += 1;
      await lap(lapSeconds);
    }
    await wait(2);
  }
}

/** What was marked since then, on the clock of PostgreSQL, and how many dead rows lie about. */
async function lookAt(database, seconds) {
  const { rows } = await database.query(
    {
      text: `SELECT count(*) AS n,
                    percentile_cont(0.99) WITHIN GROUP (ORDER BY extract(epoch FROM sent_at - created_at) * 1000) AS p99
               FROM shop.event_outbox WHERE sent_at > clock_timestamp() - make_interval(secs => $1)`,
    },
    [seconds],
  );
  const { rows: tables } = await database.query({
    text: `SELECT relname AS name, n_dead_tup AS dead, pg_table_size(relid) / 1024 AS kib
             FROM pg_stat_user_tables
            WHERE relid IN ('shop.event_outbox'::regclass, 'shop.outbox_slots'::regclass, 'shop.relays'::regclass)
            ORDER BY relname`,
  });
  const dead = tables.map((table) => `${table.name} ${table.dead} dead rows, ${table.kib} KiB`);
  return `${Math.round(rows[0].n / seconds)} events/s, p99 ${Number(rows[0].p99).toFixed(0)} ms; ${dead.join("; ")}`;
}

/** How fast what waits is published: from the first mark to the last, of events after all others. */
async function burstRate(database, count) {
  const { rows: before } = await database.query({
    text: "SELECT coalesce(max(id), 0) AS id FROM shop.event_outbox",
  });
  for (let n = 0; n < count; n += 1_000)
    await insertOrders(
      database,
      Array.from({ length: 1_000 }, (_, i) => newOrder(n + i)),
    );
  const stop = startRelay();
  // They go by their ids. Counting walks over all dead rows, and costs more than publishing does.
  const last = { text: "SELECT status FROM shop.event_outbox ORDER BY id DESC LIMIT 1" };
  while ((await database.query(last)).rows[0].status !== "SENT") await wait(100);
  while ((await unsent(database)) > 0) await wait(500);
  await stop();
  const { rows } = await database.query(
    {
      text: `SELECT count(*) / extract(epoch FROM max(sent_at) - min(sent_at)) AS rate
               FROM shop.event_outbox WHERE id > $1`,
    },
    [before[0].id],
  );
  return Number(rows[0].rate);
}

/** A fixed piece of work of one core: what else runs on the machine shows in it. */
function floorMs() {
  const startedAtMs = performance.now();
  let sum = 0;
  for (let i = 0; i < 300_000_000; i++) sum = (sum + i) | 0;
  return sum === 1 ? 0 : performance.now() - startedAtMs;
}

const heldBy = {
  nobody: undefined,
  "a snapshot (REPEATABLE READ)": "SELECT count(*) FROM shop.relays",
  "a transaction that has written": "CREATE TABLE held (n integer)",
};

/** @returns the rate at the end of `seconds` of orders with the transaction open, before it ends. */
async function rateBeside(database, holder, statement, seconds) {
  const client = await holder(statement);
  say(`held by ${client.name}: ${flags.rate} orders/s for ${seconds} s`);
  try {
    const stop = startRelay();
    await feed(database, Number(flags.rate), seconds, async (lapSeconds) =>
      say(`  ${await lookAt(database, lapSeconds)}`),
    );
    while ((await unsent(database)) > 0) await wait(50);
    await stop();
    const floors = [floorMs()];
    const rate = await burstRate(database, Number(flags.burst));
    floors.push(floorMs());
    say(
      `  and ${flags.burst} that waited: ${Math.round(rate)} events/s (the machine's floor ${floors.map((ms) => Math.round(ms)).join(" and ")} ms)`,
    );
    return rate;
  } finally {
    await client.end();
    await database.query({ text: "TRUNCATE shop.event_outbox, shop.orders, shop.order_items" });
  }
}

async function heldTransaction(database, seconds) {
  const holding = openDatabase(
    { ...settings, databaseUrl: url.href },
    { applicationName: "orders bench, holds", poolSize: 1, idleInTransactionMs: 3_600_000 },
  );
  const rates = {};
  for (const [name, statement] of Object.entries(heldBy)) {
    let end = () => {};
    const ended = new Promise((resolve) => {
      end = resolve;
    });
    const holder = async () => {
      if (statement === undefined) return { name, end: async () => {} };
      let opened = () => {};
      const isOpen = new Promise((resolve) => {
        opened = resolve;
      });
      const held = holding
        .transaction(
          async (tx) => {
            await tx.query({ text: statement });
            opened();
            await ended;
            throw new Error("rolled back");
          },
          { isolation: "repeatable read" },
        )
        .catch(() => {});
      await isOpen;
      return {
        name,
        async end() {
          end();
          await held;
        },
      };
    };
    rates[name] = await rateBeside(database, holder, statement, seconds);
  }
  await holding.close();
  const [free, ...held] = Object.values(rates);
  for (const rate of held) say(`costs ${((1 - rate / free) * 100).toFixed(0)} % of the rate`);
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const say = (line) => process.stdout.write(`${line}\n`);

async function compare(database) {
  const rates = [];
  const references = [];
  for (let run = 0; run < Number(flags.runs); run++) {
    rates.push(await relayRate(database, Number(flags.events)));
    references.push(await referenceRate(database, Number(flags.reference)));
    say(
      `relay ${Math.round(rates.at(-1))}/s, the reference's loop ${Math.round(references.at(-1))}/s`,
    );
  }
  const [relay, reference] = [median(rates), median(references)];
  say(
    `medians: relay ${Math.round(relay)} events/s, ${(relay / reference).toFixed(1)} times the reference's loop`,
  );
  say(`         and ${(relay / 50).toFixed(0)} times that loop with its pause of a second (50/s)`);
  const [p50, p99] = await latency(database, Number(flags.rate), Number(flags.seconds));
  say(`commit to mark at ${flags.rate}/s: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`);
}

await admin.query({ text: `CREATE DATABASE ${name}` });
const database = openDatabase(
  { ...settings, databaseUrl: url.href },
  { applicationName: "orders bench" },
);
try {
  await migrate(database, "shop");
  await ensureTopics(kafka, [{ topic, partitions: 50, configEntries: [] }]);
  say(`${cpus().length} CPUs, Node ${process.version}`);
  if (flags["held-transaction"] === undefined) await compare(database);
  else
    await heldTransaction(
      database,
      parseDuration(flags["held-transaction"], "--held-transaction", {
        minMs: 1_000,
        maxMs: 3_600_000,
      }) / 1_000,
    );
} finally {
  await database.close();
  await admin.query({ text: `DROP DATABASE ${name} WITH (FORCE)` });
  await admin.close();
  await withAdmin(kafka, (each) => each.deleteTopics({ topics: [topic] }));
}
