// node scripts/bench-audit.js law: what it costs to hold stock and orders against each other.
//   --rows 1000000     order rows, in a scratch database that is made and removed
//   --runs 5           the figures are medians
//   --database-url     a server on which databases may be made; default DATABASE_URL
// Prints a bare count(*) with sum over the same table beside `orders db stock` (one snapshot of stock,
// orders and movements), and beside both what a snapshot of `orders audit watch` costs that counts
// everything, and one that adds 10,000 new rows to sums it kept. Exit code 1 when the whole law costs
// more than three times the bare sum. Needs a built checkout.
import { randomUUID } from "node:crypto";
import { parseArgs } from "node:util";
import { readStockAgreement } from "../dist/audit/read-stock-agreement.js";
import { LawReader } from "../dist/audit/watch/law-reader.js";
import { migrate, seed } from "../dist/runtime/postgres/migrate.js";
import { openDatabase } from "../dist/runtime/postgres/open-database.js";
import { resolveSettings } from "../dist/runtime/settings/resolve-settings.js";

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rows: { type: "string", default: "1000000" },
    runs: { type: "string", default: "5" },
    "database-url": { type: "string", default: process.env.DATABASE_URL ?? "" },
  },
});
const timesMax = 3;
const say = (line) => process.stdout.write(`${line}\n`);
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

const parts = { law };
const part = parts[positionals[0] ?? "law"];
if (part === undefined) throw new Error(`there is no part ${positionals[0]}; there is: law`);
process.exitCode = await part(Number(flags.rows), Number(flags.runs));

function open(url) {
  const settings = resolveSettings({ flags: { databaseUrl: url, statementTimeoutMs: 3_600_000 } });
  return openDatabase(settings.values, { applicationName: "orders bench-audit", poolSize: 2 });
}

async function law(rows, runs) {
  const name = `orders_bench_audit_${randomUUID().slice(0, 8)}`;
  const server = open(flags["database-url"]);
  await server.query({ text: `CREATE DATABASE ${name}` });
  const url = new URL(flags["database-url"]);
  url.pathname = `/${name}`;
  const database = open(url.href);
  try {
    await fill(database, rows);
    return await compare(database, rows, runs);
  } finally {
    await database.close();
    await server.query({ text: `DROP DATABASE ${name} WITH (FORCE)` });
    await server.close();
  }
}

async function fill(database, rows) {
  await migrate(database);
  await seed(database);
  for (let from = 0; from < rows; from += 1_000_000) {
    await addOrders(database, Math.min(1_000_000, rows - from));
  }
  // So that no reading does what vacuum would do.
  await database.query({ text: "VACUUM ANALYZE orders" });
}

/** Orders of all products and their stock; one of fifty is rejected. */
async function addOrders(database, rows) {
  await database.transaction(async (tx) => {
    await tx.query(
      {
        text: `
          INSERT INTO orders (order_id, customer_id, product_id, quantity, amount, status, source_partition, source_offset, placed_at)
          SELECT overlay(gen_random_uuid()::text PLACING lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint >> 16), 8, '0') FROM 1 FOR 8)::uuid,
                 'CUST' || g % 100000, 'PROD' || lpad((1 + g % 10)::text, 3, '0'), 1 + g % 3, 19.99,
                 CASE WHEN g % 50 = 0 THEN 'rejected' ELSE 'reserved' END, g % 50, g / 50, now()
          FROM generate_series(1, $1::int) g`,
      },
      [rows],
    );
    await tx.query({
      text: `
        WITH held AS (SELECT product_id, sum(quantity) AS pieces FROM orders WHERE status = 'reserved' GROUP BY 1),
        stocked AS (
          UPDATE inventory i SET reserved_quantity = h.pieces, total_quantity = available_quantity + h.pieces
          FROM held h WHERE h.product_id = i.product_id
          RETURNING i.product_id, i.total_quantity
        )
        INSERT INTO stock_movements (product_id, reason, delta_available, delta_total)
        SELECT s.product_id, 'bench', 0, s.total_quantity - (SELECT sum(m.delta_total) FROM stock_movements m WHERE m.product_id = s.product_id)
        FROM stocked s`,
    });
  });
}

async function compare(database, rows, runs) {
  const bare = { text: "SELECT count(*), sum(quantity) FROM orders" };
  const reader = await LawReader.open(database);
  const works = {
    "count(*) with sum": () => database.query(bare),
    "the law (orders db stock)": async () => {
      const { agrees } = await readStockAgreement(database, 10);
      if (!agrees) throw new Error("stock and orders disagree");
    },
    "watch, everything counted": async () => {
      await reader.mark();
      await whole(reader.snapshot(true));
    },
  };
  const times = Object.fromEntries(Object.keys(works).map((name) => [name, []]));
  for (const work of Object.values(works)) await work();
  for (let run = 0; run < runs; run++) {
    for (const [name, work] of Object.entries(works)) times[name].push(await timed(work));
  }
  times["watch, 10,000 rows added"] = [];
  for (let run = 0; run < runs; run++) {
    await addOrders(database, 10_000);
    await reader.mark();
    times["watch, 10,000 rows added"].push(
      await timed(async () => {
        const { complete } = await whole(reader.snapshot(false));
        if (complete) throw new Error("everything was counted where kept sums would have done");
      }),
    );
  }
  say(`${rows.toLocaleString("en-US")} order rows, medians of ${runs}`);
  const floor = median(times["count(*) with sum"]);
  for (const [name, each] of Object.entries(times)) {
    say(
      `${name.padEnd(28)} ${median(each).toFixed(0).padStart(7)} ms  ${(median(each) / floor).toFixed(2)} ×`,
    );
  }
  const share = median(times["the law (orders db stock)"]) / floor;
  say(share <= timesMax ? `within ${timesMax} ×` : `MORE than ${timesMax} ×`);
  return share <= timesMax ? 0 : 1;
}

async function whole(reading) {
  const snapshot = await reading;
  if (snapshot.broken.length > 0) throw new Error("stock and orders disagree");
  return snapshot;
}

async function timed(work) {
  const beganMs = performance.now();
  await work();
  return performance.now() - beganMs;
}
