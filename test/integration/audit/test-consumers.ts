import { setTimeout as delay } from "node:timers/promises";
import type { Kafka } from "kafkajs";
import pg from "pg";

/*
 * Small programs as people write them, consuming with the reference's eight columns only: one that
 * locks, one that reads and then writes, one that drops what it cannot lock. They exist for the audit
 * to judge.
 */

export interface TestConsumer {
  stop(): Promise<void>;
}

interface Message {
  readonly order_id: string;
  readonly customer_id: string;
  readonly product_id: string;
  readonly quantity: number;
  readonly amount: number;
}

type Reserve = (client: pg.PoolClient, order: Message) => Promise<void>;

/** Locks the row first: correct. */
export const lockFirst: Reserve = async (client, order) => {
  const { rows } = await client.query<{ available_quantity: string }>(
    "SELECT available_quantity, unit_price FROM inventory WHERE product_id = $1 FOR UPDATE",
    [order.product_id],
  );
  const suffices = Number(rows[0]?.available_quantity ?? 0) >= order.quantity;
  if (!(await insertOrder(client, order, suffices ? "reserved" : "rejected")) || !suffices) return;
  await client.query(
    `UPDATE inventory SET available_quantity = available_quantity - $2,
                          reserved_quantity = reserved_quantity + $2 WHERE product_id = $1`,
    [order.product_id, order.quantity],
  );
};

/** Reads, computes, writes back what it computed: loses the updates that others made meanwhile. */
export const readThenWrite: Reserve = async (client, order) => {
  const { rows } = await client.query<{ available_quantity: string; reserved_quantity: string }>(
    "SELECT available_quantity, reserved_quantity FROM inventory WHERE product_id = $1",
    [order.product_id],
  );
  const available = Number(rows[0]?.available_quantity ?? 0) - order.quantity;
  const reserved = Number(rows[0]?.reserved_quantity ?? 0) + order.quantity;
  if (!(await insertOrder(client, order, available >= 0 ? "reserved" : "rejected"))) return;
  if (available < 0) return;
  await client.query(
    "UPDATE inventory SET available_quantity = $2, reserved_quantity = $3 WHERE product_id = $1",
    [order.product_id, available, reserved],
  );
};

/** Does not wait for the row: what it cannot lock it drops, and goes on. */
export const dropUnlocked: Reserve = async (client, order) => {
  try {
    await client.query("SELECT FROM inventory WHERE product_id = $1 FOR UPDATE NOWAIT", [
      order.product_id,
    ]);
  } catch {
    return;
  }
  await lockFirst(client, order);
};

/** Right, and slow: each order takes so long. */
export function slowly(ms: number): Reserve {
  return async (client, order) => {
    await delay(ms);
    await lockFirst(client, order);
  };
}

/** @returns false when the order is there already. */
async function insertOrder(
  client: pg.PoolClient,
  order: Message,
  status: string,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `INSERT INTO orders (order_id, customer_id, product_id, quantity, amount, status, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, now(), now()) ON CONFLICT DO NOTHING`,
    [order.order_id, order.customer_id, order.product_id, order.quantity, order.amount, status],
  );
  return rowCount === 1;
}

/** Consumes with up to `transactions` transactions at once, each of one order. */
export async function startTestConsumer(options: {
  readonly kafka: Kafka;
  readonly topic: string;
  readonly group: string;
  readonly databaseUrl: string;
  readonly transactions: number;
  readonly reserve: Reserve;
  /** Where it notes what it has done; "never": nowhere, as it began nowhere. Default: Kafka. */
  readonly offsets?: "kafka" | "never" | undefined;
}): Promise<TestConsumer> {
  const pool = new pg.Pool({
    connectionString: options.databaseUrl,
    max: options.transactions,
    application_name: "test consumer",
  });
  pool.on("error", () => {});
  const consumer = options.kafka.consumer({
    groupId: options.group,
    maxWaitTimeInMs: 50,
    retry: { initialRetryTime: 50 },
  });
  await consumer.connect();
  await consumer.subscribe({ topic: options.topic, fromBeginning: true });
  await consumer.run({
    partitionsConsumedConcurrently: options.transactions,
    ...(options.offsets === "never" ? { autoCommit: false } : { autoCommitThreshold: 1 }),
    eachMessage: async ({ message }) => {
      const order = JSON.parse(String(message.value)) as Message;
      const client = await pool.connect();
      try {
        await client.query("BEGIN");
        await options.reserve(client, order);
        await client.query("COMMIT");
      } finally {
        client.release();
      }
    },
  });
  const stop = async () => {
    await consumer.disconnect();
    await pool.end();
  };
  let stopped: Promise<void> | undefined;
  return {
    stop() {
      stopped ??= stop();
      return stopped;
    },
  };
}

/** The reference's tables: eight columns of orders, ids as text, nothing of ours. */
export const referenceSchema = `
  CREATE TABLE inventory (
    product_id varchar(50) PRIMARY KEY, product_name varchar(255),
    available_quantity integer NOT NULL, reserved_quantity integer NOT NULL DEFAULT 0,
    total_quantity integer NOT NULL, unit_price numeric(10, 2) NOT NULL);
  CREATE TABLE orders (
    order_id varchar(50) PRIMARY KEY, customer_id varchar(50), product_id varchar(50),
    quantity integer, amount numeric(10, 2), status varchar(20),
    created_at timestamp, updated_at timestamp);
  INSERT INTO inventory VALUES ('PROD007', 'Headphones', 1000, 0, 1000, 199.99),
                               ('PROD008', 'Desk Lamp', 500, 0, 500, 39.99)`;
