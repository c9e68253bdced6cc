// How long after its POST was sent an order is counted in analytics.sales_metrics: of orders of our own,
// a few beside a load. An event's id is written to analytics.processed_events by the transaction that
// counts it: what can be seen there is counted.
import { setTimeout as wait } from "node:timers/promises";

const postEveryMs = 25;
const lookEveryMs = 5;
const giveUpMs = 10_000;

const counted = {
  name: "counted_orders",
  text: `SELECT o.order_id FROM shop.event_outbox o
           JOIN analytics.processed_events p USING (event_id)
          WHERE o.order_id = ANY ($1::uuid[])`,
};

/** @returns milliseconds from POST to row, sorted; `lost`: not counted within ten seconds. */
export async function measureRowLatency(database, gatewayUrl, forMs) {
  const body = JSON.stringify({
    customerId: "CUST-ROW-LATENCY",
    items: [{ productId: "PROD001", quantity: 1, price: 10 }],
  });
  const sentAtMs = new Map();
  const latencies = [];
  let lost = 0;
  let posting = true;

  async function post() {
    const beganMs = performance.now();
    const response = await fetch(`${gatewayUrl}/orders`, {
      ...{ method: "POST", headers: { "content-type": "application/json" }, body },
    });
    const { orderId } = await response.json();
    if (response.status === 201) sentAtMs.set(orderId, beganMs);
    else lost += 1;
  }

  async function look() {
    while (posting || sentAtMs.size > 0) {
      const { rows } = await database.query(counted, [[...sentAtMs.keys()]]);
      const nowMs = performance.now();
      for (const { order_id } of rows) {
        latencies.push(nowMs - sentAtMs.get(order_id));
        sentAtMs.delete(order_id);
      }
      for (const [orderId, beganMs] of sentAtMs) {
        if (nowMs - beganMs < giveUpMs) continue;
        sentAtMs.delete(orderId);
        lost += 1;
      }
      await wait(lookEveryMs);
    }
  }

  const looking = look();
  const posted = [];
  for (const untilMs = performance.now() + forMs; performance.now() < untilMs; ) {
    posted.push(post());
    await wait(postEveryMs);
  }
  await Promise.all(posted);
  posting = false;
  await looking;
  return { latencies: latencies.toSorted((a, b) => a - b), lost };
}

/** Pure; of sorted values. */
export function quantile(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
