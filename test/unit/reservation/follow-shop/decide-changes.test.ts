import { expect, it } from "vitest";
import type { Order } from "../../../../src/order/order.ts";
import { newOrderId } from "../../../../src/order/order-id.ts";
import { placedOrder } from "../../../../src/order/placed-order.ts";
import { writeShopEvent } from "../../../../src/order/shop-event.ts";
import {
  decideChanges,
  type StoredOrder,
} from "../../../../src/reservation/follow-shop/decide-changes.ts";
import {
  readChanges,
  type ShopChange,
} from "../../../../src/reservation/follow-shop/read-changes.ts";
import { eventsOf } from "../../../arbitrary/shop-events.ts";

const order: Order = {
  orderId: newOrderId(),
  customerId: "CUST1",
  lines: [
    { productId: "PROD001", quantity: 2, amount: 3 },
    { productId: "PROD002", quantity: 1, amount: 4 },
    { productId: "PROD001", quantity: 5, amount: 1 },
  ],
  placedAtMs: 0,
};

let offset = 0;
function change(kind: ShopChange["kind"], of = order): ShopChange {
  const message = { offset: offset++, key: null, value: null, timestampMs: 0 };
  return { kind, order: of, partition: 0, message };
}

function stored(status: string, of = order): ReadonlyMap<string, StoredOrder> {
  return new Map([[of.orderId, { status, order: of }]]);
}

const { orderId } = order;
const nobody: ReadonlySet<string> = new Set();
const none = { released: 0, cancelledFirst: 0, shipped: 0, withoutEffect: 0 };

it("gives back what a reserved order held, once, product by product", () => {
  const decided = decideChanges(
    [change("cancelled"), change("cancelled")],
    stored("reserved"),
    nobody,
  );
  expect(decided.statuses).toEqual(new Map([[orderId, "released"]]));
  expect(decided.movements).toEqual([
    { orderId, productId: "PROD001", reason: "release", pieces: 7 },
    { orderId, productId: "PROD002", reason: "release", pieces: 1 },
  ]);
  expect(decided.counts).toEqual({ ...none, released: 1, withoutEffect: 1 });
  expect(decided.deadLetters).toEqual([]);
});

it("takes out what was shipped, once, and nothing follows from a cancellation behind it", () => {
  const changes = [change("shipped"), change("shipped"), change("cancelled")];
  const decided = decideChanges(changes, stored("reserved"), nobody);
  expect(decided.statuses).toEqual(new Map([[orderId, "shipped"]]));
  expect(decided.movements.map(({ reason, pieces }) => [reason, pieces])).toEqual([
    ["ship", 7],
    ["ship", 1],
  ]);
  expect(decided.counts).toEqual({ ...none, shipped: 1, withoutEffect: 2 });
});

it.each(["rejected", "released", "shipped"])("leaves an order that is %s as it is", (status) => {
  const decided = decideChanges([change("cancelled")], stored(status), nobody);
  expect(decided).toMatchObject({ movements: [], deadLetters: [], unknown: [] });
  expect(decided.statuses.size).toBe(0);
  expect(decided.counts).toEqual({ ...none, withoutEffect: 1 });
});

it("makes a dead letter of what is shipped and was never reserved", () => {
  for (const status of ["rejected", "released"]) {
    const { deadLetters, movements, unknown } = decideChanges(
      [change("shipped")],
      stored(status),
      nobody,
    );
    expect(deadLetters).toMatchObject([{ reason: "not_reserved", orderId: undefined }]);
    expect(deadLetters[0]?.detail).toContain(`it is ${status} here`);
    expect([movements, unknown]).toEqual([[], []]);
  }
  const unheard = decideChanges([change("shipped")], new Map(), nobody);
  expect(unheard.unknown).toEqual([orderId]);
  expect(unheard.deadLetters).toMatchObject([{ reason: "not_reserved", orderId: undefined }]);
});

it("counts an order that was cancelled first as that, and its copies as without effect", () => {
  const decided = decideChanges(
    [change("cancelled"), change("cancelled")],
    stored("released"),
    new Set([orderId]),
  );
  expect(decided.movements).toEqual([]);
  expect(decided.counts).toEqual({ ...none, cancelledFirst: 1, withoutEffect: 1 });
});

it("touches nothing of another order that has the id", () => {
  const other = { ...order, customerId: "CUST2" };
  const cancelled = decideChanges([change("cancelled")], stored("reserved", other), nobody);
  expect(cancelled.statuses.size).toBe(0);
  expect(cancelled.counts).toEqual({ ...none, withoutEffect: 1 });
  const shipped = decideChanges([change("shipped")], stored("reserved", other), nobody);
  expect(shipped.statuses.size).toBe(0);
  expect(shipped.deadLetters).toMatchObject([{ reason: "not_reserved" }]);
});

it("reads cancellations and shipments, and what nobody can read as dead letters", () => {
  const items = [{ productId: "PROD001", quantity: 3, priceCents: 1_999 }];
  const events = eventsOf(
    ["ORDER_CREATED", "PAYMENT_COMPLETED", "ORDER_SHIPPED", "ORDER_CANCELLED"],
    items,
  );
  const texts = events.map(writeShopEvent);
  const values = [
    ...texts.map((text) => Buffer.from(text)),
    null,
    Buffer.from([0xff, 0xfe]),
    Buffer.from("{"),
    Buffer.from(texts[3]?.replace('"version":1', '"version":2') ?? ""),
    Buffer.from(texts[3]?.replace("ORDER_CANCELLED", "ORDER_SMASHED") ?? ""),
    Buffer.from(texts[3]?.replace('"quantity":3', '"quantity":4') ?? ""),
  ];
  const messages = values.map((value, index) => ({
    offset: index,
    key: null,
    value,
    timestampMs: 0,
  }));
  const { changes, deadLetters } = readChanges([
    { partition: 4, from: 0, next: messages.length, messages },
  ]);
  const [created, , shipped, cancelled] = events;
  if (created === undefined || shipped === undefined || cancelled === undefined) throw new Error();
  expect(changes).toMatchObject([
    { kind: "shipped", order: placedOrder(shipped), partition: 4, message: { offset: 2 } },
    { kind: "cancelled", order: placedOrder(cancelled), partition: 4, message: { offset: 3 } },
  ]);
  expect(changes[1]?.order.lines).toEqual(placedOrder(created).lines);
  expect(deadLetters.map(({ reason, message }) => [message.offset, reason])).toEqual([
    [4, "tombstone"],
    [5, "not_utf8"],
    [6, "not_json"],
    [7, "unknown_version"],
    [8, "unknown_type"],
    [9, "invalid"],
  ]);
});
