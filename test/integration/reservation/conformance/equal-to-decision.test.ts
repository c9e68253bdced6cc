import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decide } from "../../../../src/order/decide.ts";
import type { Order } from "../../../../src/order/order.ts";
import { sameContent } from "../../../../src/order/order.ts";
import { createStrategy } from "../../../../src/reservation/strategies/create-strategy.ts";
import { anyOrder, anyStock } from "../../../arbitrary/orders.ts";
import { createTestDatabase, type TestDatabase } from "../../services.ts";
import { reconciledStock } from "../pipeline.ts";
import {
  begin,
  deadLetters,
  decideBy,
  exactStrategies,
  keepHistory,
  storedLines,
  workOf,
} from "./conformance-database.ts";

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase({});
  await keepHistory(db.database);
});
afterAll(() => db.drop());

/** Ids from a small pool, so that the same id comes again: as a retry and with other content. */
const fewIds = fc
  .nat(14)
  .map((n) => `0190a6d0-0000-7000-8000-0000000000${String(n).padStart(2, "0")}`);
const wholeCents = anyOrder(fewIds).map(
  (order): Order => ({
    ...order,
    lines: order.lines.map((line) => ({ ...line, amount: line.quantity * 10 })),
  }),
);
const works = fc.array(fc.array(wholeCents, { minLength: 1, maxLength: 10 }), {
  minLength: 1,
  maxLength: 3,
});
/** None, one, and more than there is of some products. */
const slots = fc.constantFrom(undefined, 1, 4);

/** What the specification says, one order after the other. */
function expected(stock: ReadonlyMap<string, number>, orders: readonly Order[]) {
  const first = new Map<string, Order>();
  let conflicts = 0;
  for (const order of orders) {
    const earlier = first.get(order.orderId);
    if (earlier === undefined) first.set(order.orderId, order);
    else if (!sameContent(earlier, order)) conflicts++;
  }
  const unique = [...first.values()];
  const { outcomes, taken } = decide(stock, unique);
  const left = new Map([...stock].map(([id, n]) => [id, n - (taken.get(id) ?? 0)]));
  return {
    conflicts,
    left,
    outcomes: new Map(unique.map((order, index) => [order.orderId, outcomes[index]])),
  };
}

async function storedOutcomes() {
  return new Map(
    [...(await storedLines(db.database))].map(([id, [row]]) => {
      if (row?.status !== "rejected") return [id, { status: row?.status }];
      const { product_id: productId, wanted, available } = row.rejection_detail ?? {};
      const reason = row.rejection_reason;
      return [id, { status: row.status, reason, productId, wanted, available }];
    }),
  );
}

const available = async () =>
  new Map(
    [...(await reconciledStock(db.database))].map(([id, row]) => [id, row.available_quantity]),
  );

describe.each(exactStrategies)("%s, alone", (name) => {
  it("gives the result of the pure decision, and changes nothing when all is read again", async () => {
    await fc.assert(
      fc.asyncProperty(anyStock, works, slots, async (stock, list, slotCount) => {
        await begin(db.database, {
          stock,
          partitions: 1,
          ...(slotCount === undefined ? {} : { slots: slotCount }),
        });
        const strategy = createStrategy(name, db.database);
        const decideAll = async () => {
          const counts = [];
          let from = 0;
          for (const orders of list) {
            counts.push((await decideBy(strategy, workOf(orders, 0, from))).counts);
            from += orders.length;
          }
          return counts;
        };
        await decideAll();
        const { outcomes, conflicts, left } = expected(stock, list.flat());
        expect(await storedOutcomes()).toEqual(outcomes);
        expect(await available()).toEqual(left);
        expect((await deadLetters(db.database)).length).toBe(conflicts);

        await db.database.query({ text: "UPDATE consumer_offsets SET next_offset = 0" });
        for (const counts of await decideAll())
          expect(counts).toMatchObject({ reserved: 0, rejected: 0, deadLettered: 0 });
        expect(await storedOutcomes()).toEqual(outcomes);
        expect(await available()).toEqual(left);
        expect((await deadLetters(db.database)).length).toBe(conflicts);
      }),
      { numRuns: 5 },
    );
  });
});
