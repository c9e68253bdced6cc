import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { auditAnalytics } from "../../../src/audit/analytics/audit-analytics.ts";
import type { EventLog, ShopSources } from "../../../src/audit/ports.ts";
import { auditOutbox } from "../../../src/audit/shop/audit-outbox.ts";
import { auditShop } from "../../../src/audit/shop/audit-shop.ts";
import type { ShopAudit } from "../../../src/audit/shop/shop-audit.ts";
import { newOrderId } from "../../../src/order/order-id.ts";
import type { ShopEvent } from "../../../src/order/shop-event.ts";
import { createShopWorld, type DatabaseCopy, type ShopWorld } from "./shop-world.ts";

let world: ShopWorld;
let copy: DatabaseCopy | undefined;
beforeAll(async () => {
  world = await createShopWorld();
});
afterEach(async () => {
  await copy?.drop();
  copy = undefined;
});
afterAll(() => world.drop());

const now = { withinMs: 0, signal: new AbortController().signal };

interface Fault {
  /** Done in a database of the test's own. */
  readonly sql?: string;
  /** The log as it is instead. */
  readonly log?: (events: readonly ShopEvent[]) => readonly ShopEvent[];
}

/** The world with something done to it behind everybody's back. */
async function broken({ sql, log }: Fault): Promise<ShopSources> {
  const events = log === undefined ? world.log : await world.logOf(log(world.events));
  if (sql === undefined) return { database: world.database, events };
  copy = await world.copy();
  await copy.database.query({ text: sql });
  return { database: copy.database, events };
}

/** Which checks did not pass, and how they ended. */
function notPassed({ checks }: ShopAudit) {
  return Object.fromEntries(
    checks.filter(({ status }) => status !== "pass").map(({ check, status }) => [check, status]),
  );
}

function failedIn({ checks }: ShopAudit): readonly string[] {
  return checks.filter(({ status }) => status === "fail").map(({ check }) => check);
}

/** The last event of one order that was paid and shipped. */
const shipped = () => first("ORDER_SHIPPED");

/** The one before. */
function paid(): ShopEvent {
  const { orderId } = shipped();
  return first("PAYMENT_COMPLETED", (event) => event.orderId === orderId);
}

function first(type: string, like: (event: ShopEvent) => boolean = () => true): ShopEvent {
  const found = world.events.find((event) => event.eventType === type && like(event));
  if (found === undefined) throw new Error(`no ${type}`);
  return found;
}

function without(event: ShopEvent) {
  return (events: readonly ShopEvent[]) =>
    events.filter(({ eventId }) => eventId !== event.eventId);
}

const forget = (event: ShopEvent) =>
  `DELETE FROM shop.event_outbox WHERE event_id = '${event.eventId}'`;

describe("the audit of the outbox", () => {
  it("finds a shop at rest consistent, and counts copies without minding them", async () => {
    const sources = await broken({
      log: (events) => events.flatMap((event, index) => (index % 9 === 0 ? [event, event] : event)),
    });
    const audit = await auditOutbox(sources, now);
    expect(audit).toMatchObject({ verdict: "consistent" });
    const copies = Math.ceil(world.events.length / 9);
    expect(audit.lookedAt).toEqual({ orders: 40, events: world.events.length, copies, waiting: 0 });
  });

  it("is inconclusive where there were no orders", async () => {
    const sources = await broken({
      sql: "TRUNCATE shop.orders, shop.order_items, shop.event_outbox",
      log: () => [],
    });
    expect(await auditOutbox(sources, now)).toMatchObject({ verdict: "inconclusive" });
  });

  it.each<[string, string, () => Fault]>([
    [
      "an order without its event",
      "changes-have-events",
      () => ({ sql: forget(first("ORDER_CREATED")), log: without(first("ORDER_CREATED")) }),
    ],
    [
      "a change without its event",
      "changes-have-events",
      () => ({ sql: "UPDATE shop.orders SET status = 'CANCELLED' WHERE status = 'RESERVED'" }),
    ],
    [
      "an event without its order",
      "events-have-changes",
      () => ({
        log: (events) => [
          ...events,
          { ...first("ORDER_CREATED"), orderId: newOrderId(), eventId: newOrderId() },
        ],
      }),
    ],
    [
      "an event of a change that was not made",
      "events-have-changes",
      () => ({
        log: (events) => [
          ...events,
          { ...shipped(), eventType: "ORDER_CANCELLED", eventId: newOrderId(), sequence: 4 },
        ],
      }),
    ],
    [
      "an event that was given up",
      "events-published",
      () => ({
        sql: `UPDATE shop.event_outbox SET status = 'PARKED', sent_at = NULL, last_error = 'too large'
              WHERE event_id = '${shipped().eventId}'`,
        log: without(shipped()),
      }),
    ],
    [
      "an event that was marked and not sent",
      "events-published",
      () => ({ log: without(shipped()) }),
    ],
    [
      "an event that the relay has passed over",
      "events-published",
      () => ({
        sql: `WITH passed AS (UPDATE shop.event_outbox SET status = 'NEW', sent_at = NULL
                WHERE event_id = '${shipped().eventId}' RETURNING slot)
              INSERT INTO shop.event_outbox (event_id, order_id, sequence, event_type, payload, status, sent_at)
              SELECT event_id, order_id, sequence, event_type, payload, 'SENT', now() + interval '1 minute'
              FROM shop.event_outbox WHERE event_id <> '${shipped().eventId}' AND slot = (SELECT slot FROM passed)
              LIMIT 1`,
        log: without(shipped()),
      }),
    ],
    [
      "two events of one change",
      "events-take-effect-once",
      () => ({ log: (events) => [...events, { ...shipped(), eventId: newOrderId() }] }),
    ],
    [
      "copies that say different things",
      "events-take-effect-once",
      () => ({ log: (events) => [...events, { ...shipped(), customerId: "somebody else" }] }),
    ],
    [
      "events of one order swapped",
      "events-in-order",
      () => ({ log: (events) => [...without(paid())(events), paid()] }),
    ],
    [
      "an event that was published before its predecessor",
      "events-in-order",
      () => ({
        sql: `UPDATE shop.event_outbox SET status = 'NEW', sent_at = NULL WHERE sequence = 2
              AND order_id = '${shipped().orderId}'`,
        log: (events) =>
          events.filter(({ orderId, sequence }) => orderId !== shipped().orderId || sequence !== 2),
      }),
    ],
  ])("finds %s, by the check %s alone", async (_, check, fault) => {
    const audit = await auditOutbox(await broken(fault()), now);
    expect(failedIn(audit)).toEqual([check]);
  });

  it("waits for events that are on their way, and says which stay", async () => {
    const sources = await broken({
      sql: `UPDATE shop.event_outbox SET status = 'NEW', sent_at = NULL WHERE event_id = '${shipped().eventId}'`,
      log: without(shipped()),
    });
    const audit = await auditOutbox(sources, now);
    expect(notPassed(audit)).toEqual({ "events-published": "unknown" });
    expect(audit.reason).toContain("1 event waits to be published");
    // Published while the audit waits for it.
    let looks = 0;
    const settled = await auditOutbox(sources, {
      ...{ ...now, withinMs: 10_000 },
      onProgress: (open) => {
        looks += 1;
        if (open > 0 && looks === 1)
          void sources.database.query({
            text: `DELETE FROM shop.event_outbox WHERE event_id = '${shipped().eventId}'`,
          });
      },
    });
    expect(looks).toBeGreaterThan(1);
    // It went, and is not in the log.
    expect(notPassed(settled)).toEqual({ "changes-have-events": "fail" });
  });
});

describe("the audit of the analytics", () => {
  const auditIt = (sources: ShopSources) => auditAnalytics(sources, { ...now, group: world.group });

  it("counts the log again and finds the tables equal", async () => {
    const audit = await auditIt(await broken({}));
    expect(audit).toMatchObject({ verdict: "consistent" });
    expect(audit.lookedAt).toMatchObject({ events: world.events.length, copies: 0, uncounted: 0 });
  });

  it("is inconclusive where nothing was counted, or not all yet", async () => {
    const nothing = await broken({ sql: "UPDATE analytics.consumer_offsets SET group_id = 'x'" });
    expect(await auditIt(nothing)).toMatchObject({ verdict: "inconclusive" });
    // As if the last events were not counted: neither they nor their offset are there.
    const behind = await auditIt({
      ...(await broken({})),
      events: withOneMore(world.log),
    });
    expect(notPassed(behind)).toEqual({ "log-counted": "unknown" });
  });

  it.each<[string, readonly string[], string]>([
    [
      "a metric with a lost update",
      ["sales-metrics-equal-log"],
      "UPDATE analytics.sales_metrics SET value = value - 1 WHERE metric_name = 'orders_total'",
    ],
    [
      "a total that is off by a cent",
      ["sales-metrics-equal-log"],
      "UPDATE analytics.sales_metrics SET value = value + 0.01 WHERE metric_name = 'revenue_total'",
    ],
    [
      "a total that is off by less than a cent",
      ["product-sales-equal-log"],
      "UPDATE analytics.product_sales SET revenue = revenue + 0.001 WHERE product_id = 'PROD001'",
    ],
    [
      "a row that nobody counted",
      ["product-sales-equal-log"],
      "INSERT INTO analytics.product_sales VALUES ('PROD999', 1, 1, 1)",
    ],
    [
      "a cancellation that was ignored",
      ["order-summary-equal-log"],
      "SELECT analytics.fold_summaries(1000000); UPDATE analytics.order_summary_folded SET cancelled = cancelled - 1 WHERE cancelled > 0",
    ],
    [
      "an event that is counted and not noted",
      ["events-counted-once"],
      "DELETE FROM analytics.processed_events WHERE event_id = (SELECT min(event_id::text)::uuid FROM analytics.processed_events)",
    ],
    [
      "an event that is noted and not in the log",
      ["events-counted-once"],
      "INSERT INTO analytics.processed_events SELECT gen_random_uuid(), event_day, 0, 0 FROM analytics.processed_events LIMIT 1",
    ],
    [
      "events that are counted twice",
      ["sales-metrics-equal-log", "product-sales-equal-log", "order-summary-equal-log"],
      `UPDATE analytics.sales_metrics SET value = 2 * value;
       UPDATE analytics.product_sales SET orders = 2 * orders, pieces = 2 * pieces, revenue = 2 * revenue;
       SELECT analytics.fold_summaries(1000000);
       UPDATE analytics.order_summary_folded SET created = 2 * created, revenue = 2 * revenue`,
    ],
  ])("finds %s, by %j alone", async (_, checks, sql) => {
    const sources = await broken({ sql });
    expect(failedIn(await auditIt(sources))).toEqual(checks);
    // What was counted leaves the orders and their events as they were.
    expect(failedIn(await auditOutbox(sources, now))).toEqual([]);
  });
});

describe("the audit of the shop", () => {
  const auditIt = (sources: ShopSources) =>
    auditShop({ ...sources, placed: world.placed }, { ...now, group: world.group });

  it("finds shop, events, reservation and stock in agreement", async () => {
    const audit = await auditIt(await broken({}));
    expect(audit.verdict, audit.reason).toBe("consistent");
    expect(audit.lookedAt).toMatchObject({ orders: 40, reservations: 40, "under way": 0 });
  });

  const aside = () => `DELETE FROM orders WHERE ${isShipped()};
    INSERT INTO dead_letters (source_topic, source_partition, source_offset, reason, detail, order_id)
    VALUES ('t', 0, 4711, 'unprocessable', 'refused', '${shipped().orderId}');`;
  const decided = ({ checks }: ShopAudit) =>
    checks.find(({ check }) => check === "orders-decided-as-placed");

  it("says why the reservation set an order aside, and what to do", async () => {
    const audit = await auditIt(await broken({ sql: aside() }));
    expect(audit.lookedAt).toMatchObject({ reservations: 39, "dead letters": 1, "under way": 0 });
    expect(decided(audit)).toMatchObject({ status: "fail", found: "1 not" });
    expect(decided(audit)?.detail).toContain(
      `${shipped().orderId} (SHIPPED; the reservation set it aside as a dead letter, unprocessable: \`orders dlq list\``,
    );
  });

  it("waits for an order whose dead letter was produced again", async () => {
    const replayed = `INSERT INTO dead_letter_replays
        (dead_letter_id, letter_recorded_at, target_topic, target_partition, searched_from, result, target_offset, settled_at)
      SELECT dead_letter_id, recorded_at, 't', 0, 0, 'produced', 4712, now() FROM dead_letters;
      UPDATE consumer_offsets SET next_offset = 0 WHERE group_id LIKE '%-shop'`;
    const audit = await auditIt(await broken({ sql: `${aside()} ${replayed}` }));
    expect(decided(audit)).toMatchObject({ status: "unknown", found: "1 not, 1 of them not yet" });
  });

  it("is inconclusive as long as something is under way", async () => {
    const audit = await auditIt(
      await broken({
        sql: `UPDATE consumer_offsets SET next_offset = 0 WHERE group_id LIKE '%-shop';
              UPDATE orders SET status = 'reserved' WHERE status = 'released'`,
      }),
    );
    expect(notPassed(audit)).toMatchObject({ "cancelled-hold-no-stock": "unknown" });
  });

  it("waits until the shop has heard of stock that came back", async () => {
    const audit = await auditIt(
      await broken({
        sql: `UPDATE shop.orders s SET reservation = 'RESERVED' FROM orders o
              WHERE o.order_id = s.order_id AND o.status = 'released' AND o.source_offset IS NOT NULL`,
      }),
    );
    expect(notPassed(audit)).toEqual({ "shop-knows-outcomes": "unknown" });
  });

  it.each<[string, readonly string[], () => Fault]>([
    [
      "a total that is off by a cent",
      ["order-totals-add-up", "events-say-the-order"],
      () => ({
        sql: `UPDATE shop.orders SET total_price = total_price + 0.01 WHERE ${isShipped()}`,
      }),
    ],
    [
      "an event that says another customer",
      ["events-say-the-order"],
      () => ({
        log: (events) =>
          events.map((event) =>
            event.eventId === shipped().eventId ? { ...event, customerId: "another" } : event,
          ),
      }),
    ],
    [
      "an order that was never decided",
      ["orders-decided-as-placed", "stock-moved-once"],
      () => ({ sql: `DELETE FROM orders WHERE ${isShipped()}` }),
    ],
    [
      "a cancellation that was ignored",
      ["cancelled-hold-no-stock"],
      () => ({
        sql: `WITH kept AS (UPDATE orders SET status = 'reserved' WHERE order_id = '${first("ORDER_CANCELLED").orderId}'
                RETURNING order_id, product_id, quantity, source_offset),
              back AS (DELETE FROM stock_movements WHERE order_id IN (SELECT order_id FROM kept)),
              heard AS (UPDATE shop.orders SET reservation = 'RESERVED' WHERE order_id IN (SELECT order_id FROM kept))
              UPDATE inventory i SET available_quantity = available_quantity - k.pieces,
                                     reserved_quantity = reserved_quantity + k.pieces
              FROM (SELECT product_id, sum(quantity) AS pieces FROM kept GROUP BY 1) k
              WHERE k.product_id = i.product_id`,
      }),
    ],
    [
      "stock that came back twice",
      ["reserved-matches-orders"],
      () => ({
        sql: `UPDATE inventory SET available_quantity = available_quantity + 1, reserved_quantity = reserved_quantity - 1
              WHERE product_id = 'PROD001'`,
      }),
    ],
    [
      "an outcome that the shop has wrong",
      ["shop-knows-outcomes"],
      () => ({ sql: `UPDATE shop.orders SET reservation = 'REJECTED' WHERE ${isShipped()}` }),
    ],
    [
      "a movement that is there twice",
      ["stock-moved-once", "total-matches-movements"],
      () => ({
        sql: `INSERT INTO stock_movements (product_id, reason, delta_available, delta_total, order_id)
              SELECT product_id, reason, delta_available, delta_total, order_id FROM stock_movements
              WHERE ${isShipped()}`,
      }),
    ],
    [
      "a shipment whose stock has stayed",
      ["shipped-left-the-stock", "stock-moved-once", "reserved-matches-orders"],
      () => ({ sql: `UPDATE orders SET status = 'reserved' WHERE ${isShipped()}` }),
    ],
  ])("finds %s, by %j alone", async (_, checks, fault) => {
    const sources = await broken(fault());
    expect(failedIn(await auditIt(sources)).toSorted()).toEqual([...checks].toSorted());
  });
});

const isShipped = () => `order_id = '${shipped().orderId}'`;

/** A log to which something was added that nobody has read. */
function withOneMore(log: EventLog): EventLog {
  return {
    ...log,
    ranges: async () =>
      (await log.ranges()).map((each) =>
        each.partition === 0 ? { ...each, high: each.high + 1 } : each,
      ),
  };
}
