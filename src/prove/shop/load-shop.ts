import type { Database } from "../../ports/database.ts";
import type { ShopChange } from "../../shop/decide-change.ts";
import { OrderService } from "../../shop/order-service.ts";

/** What becomes of an order: nothing after its creation, or these changes. */
const fates: readonly (readonly ShopChange[])[] = [
  [],
  ["cancel"],
  ["pay"],
  ["pay", "ship"],
  ["pay", "cancel"],
];
const ordersOfEachFate = 6;
const customers = 7;
export const shopOrders = fates.length * ordersOfEachFate;

/** Orders of every fate, by the shop's own service; nothing of them is published yet. */
export async function loadShop(database: Database, ofEachFate = ordersOfEachFate): Promise<void> {
  const service = new OrderService({
    ...{ database, answerWithinMs: 30_000, reserves: false, onEvents: () => {}, log: () => {} },
  });
  const orders = fates.flatMap((fate) => Array.from({ length: ofEachFate }, () => fate));
  await Promise.all(
    orders.map(async (fate, index) => {
      const quantity = 1 + (index % 3);
      const priceCents = 1_005 + index;
      const items = [
        { productId: "PROD001", quantity, priceCents },
        { productId: `PROD00${2 + (index % 5)}`, quantity: 1, priceCents: 99 },
      ];
      const totalCents = quantity * priceCents + 99;
      const asked = { customerId: `c${index % customers}`, items, totalCents };
      const created = await service.create(asked, undefined, undefined);
      if (created.kind !== "created") throw new Error(`it was not created: ${created.kind}`);
      for (const change of fate) {
        const { kind } = await service.change(created.order.orderId, change, undefined);
        if (kind !== "changed") throw new Error(`it was not changed: ${kind}`);
      }
    }),
  );
}
