import { randomUUID } from "node:crypto";
import type pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { OrderLineView } from "../../../../src/inspect/database/answers.ts";
import { followOrders } from "../../../../src/inspect/database/follow-orders.ts";
import type { OrdersFilter } from "../../../../src/inspect/database/orders-filter.ts";
import { idAbove, readNewestOrders } from "../../../../src/inspect/database/read-newest-orders.ts";
import { createTestDatabase, eventually, type TestDatabase } from "../../services.ts";
import { openSession } from "./inspect-bench.ts";

let test: TestDatabase;
let writer: pg.Client;
beforeAll(async () => {
  test = await createTestDatabase();
  writer = await openSession(test.url, "writer");
});
afterAll(async () => {
  await writer.end();
  await test.drop();
});
beforeEach(async () => {
  await writer.query("TRUNCATE orders");
});

/** $1 = customer, $2 = first and $3 = last number; ids are random, as those of other programs are. */
const insert = `INSERT INTO orders (order_id, customer_id, product_id, quantity, amount, status)
  SELECT gen_random_uuid(), $1, 'PROD001', n, 1, CASE WHEN n % 2 = 0 THEN 'rejected' ELSE 'reserved' END
  FROM generate_series($2::int, $3::int) n`;

const add = (customer: string, from = 1, to = from, by: pg.Client = writer) =>
  by.query(insert, [customer, from, to]);

/** Also where few pages have dead rows, for which VACUUM alone would not go through the index. */
const freeSpace = "VACUUM (TRUNCATE false, INDEX_CLEANUP on) orders";

interface Follower {
  readonly seen: OrderLineView[];
  readonly anew: () => number;
  sees(...customers: readonly string[]): Promise<void>;
  stop(): Promise<void>;
}

const followers: Follower[] = [];
afterEach(async () => {
  for (const follower of followers.splice(0)) await follower.stop();
});

async function follow(filter: OrdersFilter = {}, lines = 0): Promise<Follower> {
  const seen: OrderLineView[] = [];
  let anew = 0;
  const stop = new AbortController();
  let begun = false;
  const following = followOrders(test.database, {
    ...{ filter, lines, signal: stop.signal, pauseMs: 10 },
    onFollowing: () => {
      begun = true;
    },
    onLine: (line) => seen.push(line),
    onAnew: () => {
      anew += 1;
    },
  });
  const customers = () => seen.map(({ customer_id }) => customer_id);
  const follower: Follower = {
    seen,
    anew: () => anew,
    sees: async (...wanted) => {
      await eventually(
        () => customers().length >= wanted.length,
        `the orders of ${wanted.join(", ")}`,
      );
      expect(customers()).toEqual(wanted);
    },
    stop: async () => {
      stop.abort();
      await following;
    },
  };
  followers.push(follower);
  await eventually(() => begun, "following");
  return follower;
}

describe("followOrders", () => {
  it("begins with the newest, and goes on with what comes", async () => {
    await add("old", 1, 3);
    const follower = await follow({}, 2);
    await follower.sees("old", "old");
    await add("new");
    await follower.sees("old", "old", "new");
  });

  it("misses nothing of a transaction that commits after later ones, savepoints included", async () => {
    const follower = await follow({}, 1);
    await add("begun");
    await follower.sees("begun");
    const late = await openSession(test.url, "late");
    await late.query("BEGIN");
    await add("late", 1, 1, late);
    await late.query("SAVEPOINT s");
    await add("late", 2, 2, late);
    await add("early");
    await follower.sees("begun", "early");
    await add("early2");
    await follower.sees("begun", "early", "early2");
    await late.query("COMMIT");
    await follower.sees("begun", "early", "early2", "late", "late");
    await late.end();
  });

  it("tells every order once while several write at the same time", async () => {
    const follower = await follow();
    const writers = await Promise.all([1, 2, 3].map((n) => openSession(test.url, `writer ${n}`)));
    await Promise.all(
      writers.map(async (client, index) => {
        for (let batch = 0; batch < 20; batch++) {
          await client.query("BEGIN");
          await add(`writer ${index}`, 1, 300, client);
          await client.query(batch % 4 === 0 ? "ROLLBACK" : "COMMIT");
        }
      }),
    );
    await eventually(() => follower.seen.length >= 3 * 15 * 300, "all orders");
    const ids = new Set(follower.seen.map(({ order_id }) => order_id));
    expect([ids.size, follower.seen.length]).toEqual([13_500, 13_500]);
    await Promise.all(writers.map((client) => client.end()));
  });

  it("finds what went into space that VACUUM freed far from the table's end", async () => {
    await add("filler", 1, 40_000);
    await writer.query("DELETE FROM orders WHERE ctid < '(5,0)'");
    await writer.query(freeSpace);
    const follower = await follow();
    await add("marker");
    await eventually(() => follower.seen.length > 0, "the first look is over");
    await add("first", 1, 400);
    await eventually(() => follower.seen.length >= 401, "the orders in the freed space");
    const { rows } = await writer.query(
      "SELECT FROM orders WHERE customer_id = 'first' AND ctid < '(5,0)'",
    );
    expect(rows.length).toBeGreaterThan(0);
    expect(follower.seen).toHaveLength(401);
  });

  it("goes on when the orders were emptied", async () => {
    await add("old", 1, 2_000);
    const follower = await follow({}, 1);
    await follower.sees("old");
    await writer.query("TRUNCATE orders");
    await add("new");
    await follower.sees("old", "new");
    expect(follower.anew()).toBe(1);
  });

  it("shows only what is asked for", async () => {
    const follower = await follow({ status: "rejected", customer: "b" });
    await add("a", 1, 4);
    await add("b", 1, 4);
    await follower.sees("b", "b");
    expect(follower.seen.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  });
});

describe("readNewestOrders", () => {
  const customers = async (filter: OrdersFilter, limit = 10) =>
    (await readNewestOrders(test.database, filter, limit)).map(({ customer_id }) => customer_id);

  it("gives the newest first, whatever their ids", async () => {
    for (const name of ["a", "b", "c"]) await add(name);
    expect(await customers({}, 2)).toEqual(["c", "b"]);
    expect(await customers({ customer: "b" })).toEqual(["b"]);
    expect(await customers({ status: "rejected" })).toEqual([]);
  });

  it("finds the newest at the end of a large table, or by their ids in freed space", async () => {
    await add("filler", 1, 100_000);
    await writer.query("DELETE FROM orders WHERE ctid < '(9,0)'");
    await writer.query(freeSpace);
    const id = idAbove(Date.now()).replace("7fff", "7abc");
    // A session goes on in the page that it wrote to last: one that wrote nothing yet looks for space.
    const fresh = await openSession(test.url, "fresh");
    await fresh.query(
      `INSERT INTO orders (order_id, customer_id, product_id, quantity, amount, status)
       VALUES ($1, 'freed', 'PROD001', 1, 1, 'reserved')`,
      [id],
    );
    await fresh.end();
    const { rows } = await writer.query<{ early: boolean }>(
      "SELECT ctid < '(9,0)' AS early FROM orders WHERE customer_id = 'freed'",
    );
    expect(rows).toEqual([{ early: true }]);
    expect(await customers({}, 2)).toEqual(["freed", "filler"]);
  });

  it("gives all lines of one order by its id", async () => {
    const id = randomUUID();
    await writer.query(
      `INSERT INTO orders (order_id, line_no, customer_id, product_id, quantity, amount, status)
       SELECT $1, n, 'c', 'PROD001', n, 1, 'reserved' FROM generate_series(1, 3) n`,
      [id],
    );
    const lines = await readNewestOrders(test.database, { orderId: id }, 10);
    expect(lines.map(({ line_no }) => line_no)).toEqual([3, 2, 1]);
    expect(await readNewestOrders(test.database, { orderId: randomUUID() }, 10)).toEqual([]);
  });

  it("reads tables that other programs made", async () => {
    const other = await createTestDatabase({ empty: true });
    await other.database.query({
      text: `CREATE TABLE orders (order_id text PRIMARY KEY, customer_id text, product_id text,
        quantity int, amount numeric, status text, created_at timestamp, updated_at timestamp)`,
    });
    await other.database.query({
      text: "INSERT INTO orders VALUES ('1', 'c', 'p', 1, 1, 'reserved', now(), now())",
    });
    const [row] = await readNewestOrders(other.database, {}, 10);
    expect(row).toMatchObject({ order_id: "1", line_no: null, rejection_reason: null });
    await other.drop();
  });
});
