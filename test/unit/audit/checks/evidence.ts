import type { Evidence, ProductEvidence } from "../../../../src/audit/database-evidence.ts";
import type { LimitedStock, RaceEvidence } from "../../../../src/audit/race-evidence.ts";
import { ourDatabase } from "./order-trace-of.ts";

/** Ten sold of a hundred, and everything agrees. */
export const product: ProductEvidence = {
  productId: "PROD007",
  stock: { available: 90, reserved: 10, total: 100 },
  reservedByOrders: 10,
  movedTotal: 100,
};

export const evidence: Evidence = {
  present: ourDatabase,
  products: [product],
  storedOffsets: new Map([[0, 10]]),
  log: [{ partition: 0, low: 0, high: 10 }],
  baseline: {
    products: [
      {
        productId: "PROD007",
        stock: { available: 100, reserved: 0, total: 100 },
        reservedByOrders: 0,
        movedTotal: 100,
      },
    ],
    log: [{ partition: 0, low: 0, high: 0 }],
  },
  drained: true,
};

export function withProduct(change: Partial<ProductEvidence>): Evidence {
  return { ...evidence, products: [{ ...product, ...change }] };
}

export const race: RaceEvidence = {
  products: ["PROD007"],
  sent: 20,
  overlap: {
    held: true,
    rounds: 5,
    roundsWithOverlap: 1,
    transactionsMax: 2,
    backends: [{ pid: 7, applicationName: "orders consume" }],
  },
};

export const limited: LimitedStock = {
  ...{ productId: "PROD007", stock: 10, quantity: 1, accepted: 20, planned: 20 },
};
