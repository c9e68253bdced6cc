import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readEvents } from "../../../src/analytics/read-events.ts";
import { type Totals, totalsOf } from "../../../src/analytics/totals.ts";
import { type ShopEvent, writeShopEvent } from "../../../src/order/shop-event.ts";
import { anyEvents, eventsOf } from "../../arbitrary/shop-events.ts";

const item = { productId: "PROD001", quantity: 3, priceCents: 333 };

function sliceOf(values: readonly (string | null)[]) {
  const messages = values.map((value, offset) => ({
    ...{ offset, key: null, timestampMs: 0 },
    value: value === null ? null : Buffer.from(value),
  }));
  return { partition: 0, from: 0, next: messages.length, messages };
}

function counted(events: readonly ShopEvent[]): Totals {
  return totalsOf(readEvents([sliceOf(events.map(writeShopEvent))]).events);
}

/** Rows that change nothing are left out: whether they are there depends on the batches. */
function rowsOf({ metrics, products, summaries }: Totals): Map<string, bigint> {
  const rows = new Map<string, bigint>();
  const add = (key: string, by: bigint) => {
    const sum = (rows.get(key) ?? 0n) + by;
    if (sum === 0n) rows.delete(key);
    else rows.set(key, sum);
  };
  for (const { metric, dimension, by } of metrics) add(`${metric}/${dimension}`, by);
  for (const [id, { orders, pieces, cents }] of products) {
    add(`orders/${id}`, BigInt(orders));
    add(`pieces/${id}`, BigInt(pieces));
    add(`cents/${id}`, cents);
  }
  for (const { customerId, day, cents, ...counts } of summaries) {
    add(`${day}/${customerId}/cents`, BigInt(cents));
    for (const what of ["created", "paid", "shipped", "cancelled"] as const)
      add(`${day}/${customerId}/${what}`, BigInt(counts[what]));
  }
  return rows;
}

describe("totalsOf", () => {
  it("takes back all of a cancelled order but its minute", () => {
    const rows = rowsOf(counted(eventsOf(["ORDER_CREATED", "ORDER_CANCELLED"], [item, item])));
    expect(Object.fromEntries(rows)).toEqual({
      "orders_per_minute/2026-01-31T23:59Z": 1n,
      "2026-01-31/CUST1/created": 1n,
      "2026-01-31/CUST1/cancelled": 1n,
    });
  });

  it("books a cancellation on its own day", () => {
    const late = Date.UTC(2026, 0, 31, 23, 59, 50);
    const rows = rowsOf(counted(eventsOf(["ORDER_CREATED", "ORDER_CANCELLED"], [item], "C", late)));
    expect(rows.get("2026-01-31/C/cents")).toBe(999n);
    expect(rows.get("2026-02-01/C/cents")).toBe(-999n);
  });

  it("counts a product in two lines as one order of it", () => {
    const [product] = [...counted(eventsOf(["ORDER_CREATED"], [item, item])).products.values()];
    expect(product).toEqual({ orders: 1, pieces: 6, cents: 1_998n });
  });

  it("is exact where doubles are not", () => {
    const dear = { productId: "P", quantity: 1, priceCents: Number.MAX_SAFE_INTEGER - 1 };
    const events = [1, 2, 3].flatMap(() => eventsOf(["ORDER_CREATED"], [dear]));
    const total = totalsOf(
      events.map((event) => ({ ...event, day: "2026-01-31", minute: "2026-01-31T23:59Z" })),
    );
    expect(total.metrics.find(({ metric }) => metric === "revenue_total")?.by).toBe(
      3n * BigInt(Number.MAX_SAFE_INTEGER - 1),
    );
    expect(rowsOf(total).get("2026-01-31/CUST1/cents")).toBe(
      3n * BigInt(Number.MAX_SAFE_INTEGER - 1),
    );
  });

  it("gives the same sums in any order, in any batches, with any copies in a batch", () => {
    const shuffled = anyEvents.chain((events) =>
      fc.record({
        events: fc.constant(events),
        order: fc.shuffledSubarray(events, { minLength: events.length }),
        copies: fc.subarray(events),
        cut: fc.nat({ max: events.length }),
      }),
    );
    fc.assert(
      fc.property(shuffled, ({ events, order, copies, cut }) => {
        const once = rowsOf(counted(events));
        expect(rowsOf(counted([...order, ...copies]))).toEqual(once);
        const parts = [counted(order.slice(0, cut)), counted(order.slice(cut))];
        const sums = new Map<string, bigint>();
        for (const part of parts)
          for (const [key, by] of rowsOf(part)) sums.set(key, (sums.get(key) ?? 0n) + by);
        for (const [key, by] of sums) if (by === 0n) sums.delete(key);
        expect(sums).toEqual(once);
      }),
    );
  });
});

describe("readEvents", () => {
  it("sets aside what is no event, and keeps its neighbours and their offsets", () => {
    const [event] = eventsOf(["ORDER_CREATED"], [item]);
    if (event === undefined) throw new Error("no event");
    const text = writeShopEvent(event);
    const read = readEvents([
      sliceOf(["{", text, null, text.replace('"version":1', '"version":9'), text]),
    ]);
    expect(read.events.map(({ message }) => message.offset)).toEqual([1]);
    expect(read.dead.map(({ reason, message }) => [reason, message.offset])).toEqual([
      ["not_json", 0],
      ["empty", 2],
      ["unknown_version", 3],
    ]);
    expect(read.copies).toBe(1);
  });

  it("takes the day as it is, not as it is written, and an id in capitals for the same", () => {
    const [event] = eventsOf(["ORDER_CREATED"], [item]);
    if (event === undefined) throw new Error("no event");
    const text = writeShopEvent(event);
    const read = readEvents([
      sliceOf([
        text.replace(event.timestamp, "2026-02-30T00:00:00Z"),
        text.replace(event.eventId, event.eventId.toUpperCase()),
      ]),
    ]);
    expect(read.events.map(({ day }) => day)).toEqual(["2026-03-02"]);
    expect(read.copies).toBe(1);
  });
});
