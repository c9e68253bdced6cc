import { expect } from "vitest";
import type { Order } from "../../../src/order/order.ts";
import { withAdmin } from "../../../src/runtime/kafka/with-admin.ts";
import { readLog } from "../intake/read-log.ts";
import { reconciledStock, type TestPipeline } from "../reservation/pipeline.ts";

interface Row {
  readonly order_id: string;
  readonly line_no: number;
  readonly customer_id: string;
  readonly product_id: string;
  readonly quantity: number;
  readonly status: string;
  readonly justified: boolean | null;
}

const decided = {
  text: `
    SELECT order_id, line_no, customer_id, product_id, quantity, status,
           CASE WHEN status = 'rejected' THEN
             (rejection_detail->>'wanted')::bigint > coalesce((rejection_detail->>'available')::bigint, 0)
           END AS justified
    FROM orders ORDER BY order_id, line_no`,
};

export interface Reconciled {
  readonly reserved: number;
  readonly rejected: number;
  readonly deadLetters: number;
}

/**
 * Holds every order against the database by its id: each has one outcome and its own contents, no
 * order is there that nobody placed, rejections are justified, stock and rows agree, every dead
 * letter is in the dead-letter topic at least once, and the offsets stand at the log's end.
 */
export async function reconcileById(
  pipeline: TestPipeline,
  placed: readonly Order[],
): Promise<Reconciled> {
  const { rows } = await pipeline.database.query<Row>(decided);
  const found = new Map<string, Row[]>();
  for (const row of rows) found.set(row.order_id, [...(found.get(row.order_id) ?? []), row]);
  const wrong: string[] = [];
  for (const order of placed) {
    const lines = found.get(order.orderId);
    if (lines === undefined) wrong.push(`${order.orderId} is lost`);
    else if (!isAsPlaced(order, lines)) wrong.push(`${order.orderId}: ${JSON.stringify(lines)}`);
    if (lines?.some((line) => line.justified === false))
      wrong.push(`${order.orderId} is rejected though there was enough`);
  }
  const known = new Set(placed.map((order) => order.orderId));
  for (const id of found.keys()) if (!known.has(id)) wrong.push(`${id} was never placed`);
  expect(wrong.slice(0, 5), `${wrong.length} orders are wrong`).toEqual([]);
  await reconciledStock(pipeline.database);
  await offsetsAtEnd(pipeline);
  const first = rows.filter((row) => row.line_no === 1);
  return {
    reserved: first.filter((row) => row.status === "reserved").length,
    rejected: first.filter((row) => row.status === "rejected").length,
    deadLetters: await everyLetterPublished(pipeline),
  };
}

function isAsPlaced(order: Order, lines: readonly Row[]): boolean {
  return (
    lines.length === order.lines.length &&
    new Set(lines.map((line) => line.status)).size === 1 &&
    order.lines.every(
      ({ productId, quantity }, index) =>
        lines[index]?.product_id === productId &&
        lines[index]?.quantity === quantity &&
        lines[index]?.customer_id === order.customerId,
    )
  );
}

async function offsetsAtEnd({ database, kafka, settings }: TestPipeline): Promise<void> {
  const { group, topic } = settings;
  const { rows } = await database.query<{ partition: number; next_offset: number }>(
    {
      text: "SELECT * FROM consumer_offsets WHERE group_id = $1 AND topic = $2 ORDER BY partition",
    },
    [group, topic],
  );
  const log = await withAdmin(kafka, (admin) => admin.fetchTopicOffsets(topic));
  expect(rows.map(({ partition, next_offset }) => [partition, next_offset])).toEqual(
    log.map(({ partition, high }) => [partition, Number(high)]).sort(([a = 0], [b = 0]) => a - b),
  );
}

async function everyLetterPublished({ database, kafka, dlqTopic }: TestPipeline): Promise<number> {
  const { rows } = await database.query<{ place: string; published: boolean }>({
    text: `SELECT source_partition || ':' || source_offset AS place, published_at IS NOT NULL AS published
           FROM dead_letters`,
  });
  expect(rows.filter((row) => !row.published)).toEqual([]);
  const inTopic = new Set(
    (await readLog(kafka, dlqTopic)).map(
      ({ headers }) => `${headers["orders-source-partition"]}:${headers["orders-source-offset"]}`,
    ),
  );
  expect([...inTopic].sort()).toEqual(rows.map((row) => row.place).sort());
  return rows.length;
}
