import type { ProductEvidence } from "./database-evidence.ts";
import { type Breach, booksOf, breaches } from "./stock-law.ts";

/**
 * Holds the stock against the orders, product by product. Pure.
 * @param limit most products in the answer; those that disagree come first, sums are of all.
 */
export function stockAgreement(
  products: readonly ProductEvidence[],
  movementsKept: boolean,
  limit: number,
): StockAgreement {
  const judged = products.map((product) => ({
    product_id: product.productId,
    available: product.stock?.available ?? null,
    reserved: product.stock?.reserved ?? null,
    total: product.stock?.total ?? null,
    reserved_by_orders: product.reservedByOrders,
    disagreements: disagreements(product),
  }));
  const wrong = judged.filter(({ disagreements: found }) => found.length > 0);
  const right = judged.filter(({ disagreements: found }) => found.length === 0);
  const sum = (pick: (product: (typeof judged)[number]) => number | null) =>
    judged.reduce((total, product) => total + (pick(product) ?? 0), 0);
  const stocked = products.flatMap(({ stock }) => stock ?? []);
  return {
    agrees: wrong.length === 0,
    products: [...wrong, ...right].slice(0, limit),
    sum: {
      available: sum((product) => product.available),
      reserved: sum((product) => product.reserved),
      total: sum((product) => product.total),
      reserved_by_orders: sum((product) => product.reserved_by_orders),
    },
    not_compared: [
      ...(stocked.some(({ reserved }) => reserved === undefined)
        ? ["reserved pieces: inventory has no column reserved_quantity"]
        : []),
      ...(stocked.some(({ total }) => total === undefined)
        ? ["the total: inventory has no column total_quantity"]
        : []),
      ...(movementsKept ? [] : ["movements: there is no table stock_movements"]),
    ],
    cut: judged.length > limit,
  };
}

export function disagreements(product: ProductEvidence): readonly string[] {
  return [...breaches(booksOf(product))].map((breach) => inWords[breach](product));
}

const inWords: Readonly<Record<Breach, (product: ProductEvidence) => string>> = {
  "available-below-zero": ({ stock }) => `available is ${stock?.available}, below zero`,
  "reserved-below-zero": ({ stock }) => `reserved_quantity is ${stock?.reserved}, below zero`,
  "reserved-differs": ({ stock, reservedByOrders }) =>
    `reserved_quantity is ${stock?.reserved}, orders reserved ${reservedByOrders} (${signed(reservedByOrders - (stock?.reserved ?? 0))})`,
  oversold: ({ stock, reservedByOrders }) =>
    stock === undefined
      ? `${reservedByOrders} reserved by orders, but inventory has no such product`
      : `oversold: orders reserved ${reservedByOrders} of ${stock.total}`,
  "does-not-add-up": ({ stock }) =>
    `available + reserved is ${(stock?.available ?? 0) + (stock?.reserved ?? 0)}, total_quantity ${stock?.total}`,
  "total-differs": ({ stock, movedTotal }) =>
    `total_quantity is ${stock?.total}, its movements add up to ${movedTotal}`,
};

function signed(difference: number): string {
  return difference > 0 ? `+${difference}` : `−${-difference}`;
}

export interface StockAgreement {
  readonly agrees: boolean;
  readonly products: readonly {
    readonly product_id: string;
    /** null where inventory has no such product or no such column. */
    readonly available: number | null;
    readonly reserved: number | null;
    readonly total: number | null;
    /** Pieces in reserved order lines. */
    readonly reserved_by_orders: number;
    /** What is wrong, in words; empty when all agrees. */
    readonly disagreements: readonly string[];
  }[];
  readonly sum: {
    readonly available: number;
    readonly reserved: number;
    readonly total: number;
    readonly reserved_by_orders: number;
  };
  /** What could not be compared, since this database does not record it. */
  readonly not_compared: readonly string[];
  /** True when there are more products than shown; those that disagree are shown first. */
  readonly cut: boolean;
}
