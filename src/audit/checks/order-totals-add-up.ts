import { askEachOrder } from "./shop-orders.ts";

export const orderTotalsAddUp = askEachOrder({
  name: "order-totals-add-up",
  explanation: "The total of every order is what its items come to, to the cent.",
  asked: "orders with the total of their items",
  required: true,
  of: () => true,
  wrong({ totalCents }, { lines }) {
    const sum = lines.reduce((cents, { quantity, priceCents }) => cents + quantity * priceCents, 0);
    if (lines.length > 0 && sum === totalCents) return undefined;
    return { why: `total ${totalCents} cents, items ${sum} cents` };
  },
});
