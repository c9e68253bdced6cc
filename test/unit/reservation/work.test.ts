import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { writeOrderMessage } from "../../../src/order/order-message.ts";
import type { Slice } from "../../../src/partitions/slice.ts";
import { lossFailure, startOffsets } from "../../../src/partitions/start-offsets.ts";
import { asUnprocessable, halve, prepareWork } from "../../../src/reservation/prepare-work.ts";
import { judgeRepeats, uniqueOrders } from "../../../src/reservation/unique-orders.ts";
import { anyOrder } from "../../arbitrary/orders.ts";

const anySlices: fc.Arbitrary<Slice[]> = fc
  .array(fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 6 }), { minLength: 1, maxLength: 4 })
  .map((partitions) =>
    partitions.map((gaps, partition) => {
      let next = 0;
      const messages = gaps.map((gap) => {
        const offset = next + gap - 1;
        next = offset + 1;
        return { offset, key: null, value: Buffer.from("{}"), timestampMs: 0 };
      });
      return { partition, from: 0, next: next + 1, messages };
    }),
  );

describe("prepareWork and halve", () => {
  it("names the order of a dead letter whose message tells it, or the audit would miss it", () => {
    const orderId = "4c86ac19-a1bb-560a-bd66-58753be1cf66";
    const message = (text: string, offset: number) => {
      return { offset, key: null, value: Buffer.from(text), timestampMs: 0 };
    };
    const messages = [message(JSON.stringify({ order_id: orderId }), 0), message("{}", 1)];
    const work = prepareWork("g", "t", [{ partition: 0, from: 0, next: 2, messages }]);
    expect(work.deadLetters).toMatchObject([{ orderId }, { orderId: undefined }]);
  });

  it("cuts between messages, without a gap and without an overlap", () => {
    fc.assert(
      fc.property(anySlices, (slices) => {
        const work = prepareWork("g", "t", slices);
        const [first, second] = halve(work);
        expect([...first.deadLetters, ...second.deadLetters]).toEqual(work.deadLetters);
        for (const whole of slices) {
          const parts = [...first.slices, ...second.slices].filter(
            (s) => s.partition === whole.partition,
          );
          expect(parts[0]?.from).toBe(whole.from);
          expect(parts.at(-1)?.next).toBe(whole.next);
          if (parts.length === 2) expect(parts[0]?.next).toBe(parts[1]?.from);
          expect(parts.flatMap((part) => part.messages)).toEqual(whole.messages);
        }
      }),
    );
  });

  it("makes a dead letter of the one message that the database refuses", () => {
    const [order] = fc.sample(anyOrder(), 1);
    if (order === undefined) return;
    const value = Buffer.from(
      writeOrderMessage(order, 1, [{ product_id: "A", quantity: 1, price: 1 }]),
    );
    const work = prepareWork("g", "t", [
      {
        partition: 0,
        from: 4,
        next: 5,
        messages: [{ offset: 4, key: null, value, timestampMs: 0 }],
      },
    ]);
    expect(asUnprocessable(work, "no")).toMatchObject({
      orders: [],
      deadLetters: [{ reason: "unprocessable", orderId: order.orderId }],
    });
  });
});

describe("uniqueOrders and judgeRepeats", () => {
  it("lets the first message of an id decide, and tells a retry from a conflict", () => {
    const [a] = fc.sample(anyOrder(), 1);
    if (a === undefined) return;
    const at = (offset: number, order: typeof a) => ({
      order,
      partition: 0,
      message: { offset, key: null, value: null, timestampMs: 0 },
    });
    const other = { ...a, customerId: "somebody else" };
    const { first, later } = uniqueOrders([at(0, a), at(1, { ...a, placedAtMs: 1 }), at(2, other)]);
    expect(first.map((p) => p.message.offset)).toEqual([0]);
    const { duplicates, conflicts } = judgeRepeats(later, new Map([[a.orderId, a]]));
    expect(duplicates).toBe(1);
    expect(conflicts.map((letter) => [letter.message.offset, letter.reason])).toEqual([
      [2, "conflicting_duplicate"],
    ]);
  });
});

describe("startOffsets", () => {
  const range = (partition: number, low: number, high: number) => ({ partition, low, high });
  it("begins where the database says, or at --from", () => {
    const ranges = [range(0, 5, 10), range(1, 0, 7)];
    expect(startOffsets(ranges, new Map([[0, 8]]), "earliest")).toEqual({
      start: new Map([
        [0, 8],
        [1, 0],
      ]),
      lost: [],
    });
    expect(startOffsets(ranges, new Map(), "latest").start).toEqual(
      new Map([
        [0, 10],
        [1, 7],
      ]),
    );
  });
  it("names what the log lost, by partition and count", () => {
    const { lost, start } = startOffsets(
      [range(0, 5, 10), range(1, 0, 7)],
      new Map([
        [0, 2],
        [1, 9],
      ]),
      "earliest",
    );
    expect(start).toEqual(
      new Map([
        [0, 5],
        [1, 0],
      ]),
    );
    const failure = lossFailure("orders-placed", lost);
    expect(failure.exitCode).toBe(4);
    expect(failure.message).toContain("partition 0: stored 2, the log has 5 to 10");
    expect(failure.meaning).toContain("3 messages were deleted");
    expect(failure.meaning).toContain("made anew");
  });
});
