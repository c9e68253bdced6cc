import type { Order } from "../../../src/order/order.ts";
import { newOrderId } from "../../../src/order/order-id.ts";
import { manyOrders, setAvailable, type TestPipeline, toValue } from "../reservation/pipeline.ts";

export interface MixedLog {
  /** What must end as a row each. */
  readonly orders: readonly Order[];
  /** How many messages must end as dead letters. */
  readonly deadLetters: number;
}

/**
 * Places what a reservation meets: plain orders, orders of several lines, a product that sells out,
 * one that nobody knows, redeliveries, the same id with other contents, and what is no order.
 */
export async function placeMixed(pipeline: TestPipeline, count: number): Promise<MixedLog> {
  await setAvailable(pipeline.database, "PROD009", Math.floor(count / 20));
  const orders = manyOrders(count).map((order, index): Order => {
    const [line] = order.lines;
    if (line === undefined) return order;
    if (index % 10 === 3)
      return { ...order, lines: [line, { ...line, productId: "PROD001", quantity: 2 }] };
    if (index % 50 === 7) return { ...order, lines: [{ ...line, productId: "NOBODY-KNOWS" }] };
    return order;
  });
  const messages: { key: string; value: Buffer }[] = [];
  let deadLetters = 0;
  for (const [index, order] of orders.entries()) {
    const key = order.customerId;
    messages.push({ key, value: toValue(order) });
    if (index % 12 === 5) messages.push({ key, value: toValue(order) });
    if (index % 25 === 6) {
      const other = { ...order, lines: [{ productId: "PROD002", quantity: 77, amount: 1 }] };
      messages.push({ key, value: toValue(other) });
      deadLetters++;
    }
    if (index % 25 === 11) {
      messages.push({ key, value: Buffer.from(`{"order_id": "${newOrderId()}"}`) });
      deadLetters++;
    }
  }
  // Small batches in the log, so that the consumer gets it in several fetches.
  for (let at = 0; at < messages.length; at += 25) await pipeline.send(messages.slice(at, at + 25));
  return { orders, deadLetters };
}
