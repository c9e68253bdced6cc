import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Order, OrderLine } from "../../../src/order/order.ts";
import { newOrderId } from "../../../src/order/order-id.ts";
import type { Database } from "../../../src/ports/database.ts";
import { prepareWork } from "../../../src/reservation/prepare-work.ts";
import { batchStrategy } from "../../../src/reservation/strategies/batch.ts";
import type { Strategy } from "../../../src/reservation/work.ts";
import { createTestDatabase, eventually, type TestDatabase } from "../services.ts";
import { outcomesById, reconciledStock, setAvailable, toValue } from "./pipeline.ts";

let db: TestDatabase;
/** What the strategy sent: one entry for each statement outside of a transaction, one for each transaction. */
let sent: ("statement" | "transaction")[];
let strategy: Strategy;
let next: number;

beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());
beforeEach(async () => {
  await db.database.query({
    text: `TRUNCATE orders, dead_letters, consumer_offsets;
           UPDATE inventory SET available_quantity = 1000, reserved_quantity = 0, total_quantity = 1000;
           INSERT INTO consumer_offsets VALUES ('g', 't', 0, 0)`,
  });
  next = 0;
  sent = [];
  strategy = batchStrategy(counting(db.database));
  // The first look at the stock is not the matter here.
  await reserve([order([line("PROD001"), line("PROD002"), line("PROD003")])]);
  sent = [];
});

function counting(database: Database): Database {
  return {
    query: (statement, values) => {
      sent.push("statement");
      return database.query(statement, values);
    },
    transaction: (work, options) => {
      sent.push("transaction");
      return database.transaction(work, options);
    },
    close: () => database.close(),
  };
}

function line(productId: string, quantity = 1): OrderLine {
  return { productId, quantity, amount: quantity * 9.99 };
}

function order(lines: readonly OrderLine[], orderId = newOrderId()): Order {
  return { orderId, customerId: "CUST1", lines, placedAtMs: Date.UTC(2026, 0, 1) };
}

async function reserve(orders: readonly Order[]) {
  const messages = orders.map((each, index) => ({
    offset: next + index,
    key: null,
    value: toValue(each),
    timestampMs: 0,
  }));
  const slice = { partition: 0, from: next, next: next + orders.length, messages };
  next += orders.length;
  const result = await strategy.reserve(prepareWork("g", "t", [slice]));
  if (result.kind !== "committed") throw new Error(`not committed but ${result.kind}`);
  return result.counts;
}

const singles = (count: number, productId = "PROD001") =>
  Array.from({ length: count }, () => order([line(productId)]));

describe("a batch takes one round trip", () => {
  it("of orders for which there is enough, of one line and of several", async () => {
    expect(await reserve(singles(50))).toMatchObject({ reserved: 50 });
    const several = order([line("PROD002", 2), line("PROD003"), line("PROD002", 5)]);
    expect(await reserve([several, ...singles(3)])).toMatchObject({ reserved: 4 });
    expect(sent).toEqual(["statement", "statement"]);
  });

  it("when a product is sold out, or does not exist, as was seen before", async () => {
    await setAvailable(db.database, "PROD002", 0);
    await reserve([...singles(2, "PROD002"), ...singles(1, "GHOST")]);
    sent = [];
    for (let round = 0; round < 3; round++) {
      const counts = await reserve([
        ...singles(5),
        ...singles(2, "PROD002"),
        ...singles(1, "GHOST"),
      ]);
      expect(counts).toMatchObject({ reserved: 5, rejected: 3 });
    }
    expect(sent).toEqual(["statement", "statement", "statement"]);
  });

  it("when orders come again", async () => {
    const orders = [...singles(20), order([line("PROD002"), line("PROD003", 2)])];
    await reserve(orders);
    expect(await reserve([...singles(4), ...orders, ...orders.slice(0, 3)])).toEqual({
      reserved: 4,
      rejected: 0,
      deadLettered: 0,
      duplicates: 24,
    });
    expect(sent).toEqual(["statement", "statement"]);
    await reconciledStock(db.database);
  });
});

describe("a batch is decided rightly all the same", () => {
  it("in two round trips when the stock is another than was seen", async () => {
    await setAvailable(db.database, "PROD001", 2);
    expect(await reserve(singles(5))).toMatchObject({ reserved: 2, rejected: 3 });
    expect(sent).toEqual(["statement", "statement"]);
  });

  it("when the stock changes while the batch is written", async () => {
    const orders = singles(600);
    let deciding: ReturnType<typeof reserve> | undefined;
    await db.database.transaction(async (tx) => {
      await tx.query({
        text: `UPDATE inventory SET available_quantity = 400, total_quantity = 400 + reserved_quantity
               WHERE product_id = 'PROD001'`,
      });
      deciding = reserve(orders);
      await somebodyWaits();
    });
    expect(await deciding).toMatchObject({ reserved: 400, rejected: 200 });
    // Taken back, told of the stock there is, committed.
    expect(sent).toEqual(["statement", "statement", "statement"]);
    await reconciledStock(db.database);
  });

  it("when another inserts one of its ids at the same time", async () => {
    const [first, ...others] = singles(5);
    if (first === undefined) throw new Error("no order");
    let deciding: ReturnType<typeof reserve> | undefined;
    await db.database.transaction(async (tx) => {
      await tx.query(
        {
          text: `INSERT INTO orders (order_id, customer_id, product_id, quantity, amount, status)
                 VALUES ($1, 'CUST1', 'PROD001', 1, 9.99, 'reserved')`,
        },
        [first.orderId],
      );
      await tx.query({
        text: `UPDATE inventory SET available_quantity = available_quantity - 1, reserved_quantity = reserved_quantity + 1
               WHERE product_id = 'PROD001'`,
      });
      deciding = reserve([first, ...others]);
      await somebodyWaits();
    });
    expect(await deciding).toMatchObject({ reserved: 4, duplicates: 1 });
    expect(sent).toEqual(["statement", "transaction"]);
    await reconciledStock(db.database);
  });

  it("when an id comes again with other content", async () => {
    const good = order([line("PROD001")]);
    await reserve([good]);
    sent = [];
    const other = order([line("PROD001", 2)], good.orderId);
    expect(await reserve([...singles(2), other])).toMatchObject({ reserved: 2, deadLettered: 1 });
    expect(sent).toEqual(["statement", "transaction"]);
    expect((await outcomesById(db.database)).get(good.orderId)).toBe("reserved");
  });

  it("when a line of a known order is missing, or one more", async () => {
    const known = order([line("PROD001"), line("PROD002")]);
    await reserve([known]);
    for (const lines of [known.lines.slice(0, 1), [...known.lines, line("PROD003")]]) {
      const counts = await reserve([order(lines, known.orderId)]);
      expect(counts).toMatchObject({ duplicates: 0, deadLettered: 1 });
    }
  });

  it("when a known order would have taken of a product that ran short", async () => {
    await setAvailable(db.database, "PROD002", 3);
    const known = order([line("PROD002", 2)]);
    await reserve([known]);
    sent = [];
    // Seen: one left. Again the known order, which takes nothing; the next one fits, the last does not.
    expect(await reserve([known, ...singles(2, "PROD002")])).toMatchObject({
      reserved: 1,
      rejected: 1,
      duplicates: 1,
    });
    await reconciledStock(db.database);
  });
});

function somebodyWaits() {
  return eventually(async () => {
    const { rows } = await db.database.query<{ waiting: number }>({
      text: `SELECT count(*) AS waiting FROM pg_locks l JOIN pg_stat_activity a USING (pid)
             WHERE NOT l.granted AND a.datname = current_database()`,
    });
    return (rows[0]?.waiting ?? 0) > 0;
  }, "the batch waits for the lock");
}
