import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { EachBatchPayload, Kafka, Producer } from "kafkajs";
import pg from "pg";

/*
 * A shop of another make: tables in a schema of its own, with integer ids and statuses in capitals, an
 * API that gives the ids, messages as Debezium writes them, and a worker. Nothing of it knows this
 * project.
 */

export const foreignSchema = `
  CREATE SCHEMA sales;
  CREATE TABLE sales."Stock" (
    "Sku" integer PRIMARY KEY, free integer NOT NULL CHECK (free >= 0), held integer NOT NULL,
    total integer NOT NULL, "PriceCents" bigint NOT NULL);
  CREATE SEQUENCE sales.numbers;
  CREATE TABLE sales."Orders" (
    "No" integer PRIMARY KEY, "Customer" integer NOT NULL, "Sku" integer NOT NULL,
    "Qty" smallint NOT NULL, "Cents" bigint NOT NULL, "State" text NOT NULL, "At" timestamptz DEFAULT now());
  INSERT INTO sales."Stock" VALUES (7, 1000, 0, 1000, 1999), (8, 50, 0, 50, 350)`;

export const foreignMapping = `
[orders]
table = "sales.Orders"
order_id = "No"
customer_id = "Customer"
product_id = "Sku"
quantity = "Qty"
amount = "Cents"
money = "cents"
status = "State"
created_at = "At"
[orders.status_values]
reserved = ["CONFIRMED"]
rejected = ["DECLINED"]
[stock]
table = "sales.Stock"
product_id = "Sku"
available_quantity = "free"
reserved_quantity = "held"
total_quantity = "total"
unit_price = "PriceCents"
money = "cents"
[message]
envelope = "debezium"
order_id = "no"
customer_id = "customer.no"
items = "lines"
product_id = "sku"
quantity = "qty"
price = "cents"
money = "cents"
[api]
path = "v1/orders"
id = "data.no"
accept = 201
customer_id = "customer"
product_id = "sku"
quantity = "qty"
`;

interface PlacedOrder {
  readonly no: number;
  readonly customer: { readonly no: number };
  readonly lines: readonly { readonly sku: number; readonly qty: number; readonly cents: number }[];
}

/** How the worker keeps its place in the topic, and in which order it decides. */
export type WorkerStyle = "never-commits" | "commits-to-kafka" | "decides-out-of-order";

export interface WorkerFault {
  /** Orders that it passes over. */
  readonly drops?: (no: number) => boolean;
  /** Writes the amount of pieces for which it has reserved, less one. */
  readonly shortens?: boolean;
}

export interface ForeignSystem {
  readonly apiUrl: string;
  close(): Promise<void>;
}

export async function startForeignApi(
  kafka: Kafka,
  topic: string,
  databaseUrl: string,
): Promise<ForeignSystem> {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: 8,
    application_name: "foreign api",
  });
  const producer = kafka.producer();
  await producer.connect();
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (data) => {
      body += data;
    });
    request.on("end", () => {
      if (request.method !== "POST" || request.url !== "/v1/orders") {
        response.writeHead(404).end();
        return;
      }
      take(pool, producer, topic, body).then(
        (no) =>
          response
            .writeHead(201, { "content-type": "application/json" })
            .end(JSON.stringify({ data: { no } })),
        () => response.writeHead(500).end(),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      await closed(server);
      await producer.disconnect();
      await pool.end();
    },
  };
}

async function take(
  pool: pg.Pool,
  producer: Producer,
  topic: string,
  body: string,
): Promise<number> {
  const { customer, sku, qty } = JSON.parse(body) as Record<string, number>;
  const { rows } = await pool.query<{ no: string; cents: string }>(
    `SELECT nextval('sales.numbers') AS no, "PriceCents" AS cents FROM sales."Stock" WHERE "Sku" = $1`,
    [sku],
  );
  const no = Number(rows[0]?.no);
  const after = {
    no,
    customer: { no: customer },
    lines: [{ sku, qty, cents: Number(rows[0]?.cents) }],
  };
  await producer.send({
    ...{ topic, acks: -1 },
    messages: [{ key: String(customer), value: JSON.stringify({ payload: { op: "c", after } }) }],
  });
  return no;
}

function closed(server: Server): Promise<unknown> {
  const ended = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  return ended;
}

/** Decides with up to eight transactions at once. */
export async function startForeignWorker(options: {
  readonly kafka: Kafka;
  readonly topic: string;
  readonly group: string;
  readonly databaseUrl: string;
  readonly style: WorkerStyle;
  readonly fault?: WorkerFault;
}): Promise<{ stop(): Promise<void> }> {
  const { style, fault = {} } = options;
  const pool = new pg.Pool({
    ...{ connectionString: options.databaseUrl, max: 8, application_name: "foreign worker" },
  });
  pool.on("error", () => {});
  const consumer = options.kafka.consumer({
    ...{ groupId: options.group, maxWaitTimeInMs: 50, retry: { initialRetryTime: 50 } },
  });
  await consumer.connect();
  await consumer.subscribe({ topic: options.topic, fromBeginning: true });
  const decide = async (value: Buffer | null) => {
    const { payload } = JSON.parse(String(value)) as { payload: { after: PlacedOrder } };
    if (fault.drops?.(payload.after.no) !== true) await reserve(pool, payload.after, fault);
  };
  await consumer.run({
    ...{ autoCommit: style !== "never-commits", autoCommitThreshold: 1 },
    partitionsConsumedConcurrently: 8,
    eachBatch: async ({ batch, resolveOffset, commitOffsetsIfNecessary }: EachBatchPayload) => {
      if (style === "decides-out-of-order") {
        const last = batch.messages.at(-1);
        await Promise.all([...batch.messages].reverse().map(({ value }) => decide(value)));
        if (last !== undefined) resolveOffset(last.offset);
      } else {
        for (const { value, offset } of batch.messages) {
          await decide(value);
          resolveOffset(offset);
        }
      }
      if (style !== "never-commits") await commitOffsetsIfNecessary();
    },
  });
  let stopped: Promise<void> | undefined;
  return {
    stop() {
      stopped ??= consumer.disconnect().then(() => pool.end());
      return stopped;
    },
  };
}

async function reserve(
  pool: pg.Pool,
  order: PlacedOrder,
  { shortens }: WorkerFault,
): Promise<void> {
  const [line] = order.lines;
  const client = await pool.connect();
  try {
    await client.query("BEGIN");
    const { rows } = await client.query<{ free: number }>(
      `SELECT free FROM sales."Stock" WHERE "Sku" = $1 FOR UPDATE`,
      [line?.sku],
    );
    const suffices = (rows[0]?.free ?? 0) >= (line?.qty ?? 0);
    const { rowCount } = await client.query(
      `INSERT INTO sales."Orders" VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
      [
        ...[order.no, order.customer.no, line?.sku, line?.qty],
        ...[(line?.cents ?? 0) * (line?.qty ?? 0), suffices ? "CONFIRMED" : "DECLINED"],
      ],
    );
    if (rowCount === 1 && suffices) {
      await client.query(
        `UPDATE sales."Stock" SET free = free - $2, held = held + $2 WHERE "Sku" = $1`,
        [...[line?.sku, (line?.qty ?? 0) - (shortens === true ? 1 : 0)]],
      );
    }
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK").catch(() => {});
    throw error;
  } finally {
    client.release();
  }
}
