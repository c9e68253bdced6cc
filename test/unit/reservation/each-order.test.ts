import fc from "fast-check";
import { expect, it } from "vitest";
import { newOrderId } from "../../../src/order/order-id.ts";
import { writeOrderMessage } from "../../../src/order/order-message.ts";
import type { Slice } from "../../../src/partitions/slice.ts";
import { eachOrder } from "../../../src/reservation/each-order.ts";
import { prepareWork } from "../../../src/reservation/prepare-work.ts";

function value(isOrder: boolean): Buffer {
  if (!isOrder) return Buffer.from("no order");
  const lines = [{ productId: "A", quantity: 1, amount: 1 }];
  const order = { orderId: newOrderId(), customerId: "c", lines, placedAtMs: 0 };
  return Buffer.from(writeOrderMessage(order, 1));
}

/** Messages with gaps between their offsets, some of them orders; and slices without any. */
const anySlice = fc
  .record({
    from: fc.nat(20),
    steps: fc.array(fc.tuple(fc.nat(3), fc.boolean()), { maxLength: 8 }),
    behind: fc.nat(3),
  })
  .map(({ from, steps, behind }): Slice => {
    let offset = from;
    const messages = steps.map(([gap, isOrder]) => {
      offset += gap;
      return { offset: offset++, key: null, value: value(isOrder), timestampMs: 0 };
    });
    return { partition: 0, from, next: offset + behind, messages };
  });

it("cuts into gapless works of one order at most, in offset order, and loses nothing", () => {
  fc.assert(
    fc.property(fc.array(anySlice, { minLength: 1, maxLength: 3 }), (slices) => {
      const work = prepareWork(
        "g",
        "t",
        slices.map((slice, partition) => ({ ...slice, partition })),
      );
      const pieces = eachOrder(work);
      for (const piece of pieces) {
        expect(piece.slices).toHaveLength(1);
        expect(piece.orders.length).toBeLessThanOrEqual(1);
        expect(piece.orders.length + piece.deadLetters.length).toBe(
          piece.slices[0]?.messages.length,
        );
      }
      expect(pieces.flatMap((piece) => piece.orders)).toEqual(work.orders);
      expect(pieces.flatMap((piece) => piece.deadLetters)).toEqual(work.deadLetters);
      for (const slice of work.slices) {
        const own = pieces
          .map((piece) => piece.slices[0])
          .filter((piece) => piece?.partition === slice.partition);
        expect(own[0]?.from).toBe(slice.from);
        expect(own.at(-1)?.next).toBe(slice.next);
        for (const [index, piece] of own.entries())
          if (index > 0) expect(piece?.from).toBe(own[index - 1]?.next);
      }
    }),
  );
});

it("takes a run of messages that are no orders with the order behind them", () => {
  const messages = [false, false, true, false, true, false].map((isOrder, offset) => ({
    offset,
    key: null,
    value: value(isOrder),
    timestampMs: 0,
  }));
  const pieces = eachOrder(prepareWork("g", "t", [{ partition: 0, from: 0, next: 6, messages }]));
  expect(pieces.map(({ slices: [slice] }) => [slice?.from, slice?.next])).toEqual([
    [0, 3],
    [3, 5],
    [5, 6],
  ]);
});
