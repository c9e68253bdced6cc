import { randomUUID } from "node:crypto";
import type { OrderLine } from "../order/order.ts";
import { orderIdForKey } from "../order/order-id.ts";
import type { Needs } from "./fault.ts";
import { type PlacedOrder, placedOrder } from "./workload.ts";

/** Which no order of a workload asks for. */
export const spareProduct = "PROD006";
export const otherSpareProduct = "PROD007";

interface VictimOptions {
  readonly customerId?: string;
  readonly lines?: readonly OrderLine[];
  readonly copies?: number;
}

const customer = "VICTIM";
const oneLine: readonly OrderLine[] = [{ productId: spareProduct, quantity: 3, amount: 29.97 }];
export const twoLines: readonly OrderLine[] = [
  ...oneLine,
  { productId: otherSpareProduct, quantity: 2, amount: 10 },
];

/**
 * An order that a fault befalls: of a customer, and for products, that no other order has. There is
 * plenty of them (`befalls`), so that the right consumer would reserve it, whatever else happens.
 */
export function victim(options: VictimOptions = {}): PlacedOrder {
  const { customerId = customer, lines = oneLine, copies = 1 } = options;
  return placedOrder(
    {
      orderId: orderIdForKey(customerId, randomUUID()),
      ...{ customerId, lines, placedAtMs: Date.UTC(2026, 1, 1) },
    },
    copies,
  );
}

export function isVictim({ customerId }: { readonly customerId: string }): boolean {
  return customerId === customer;
}

/** What a fault needs that befalls these orders; left out, one of one line. */
export function befalls(...orders: readonly PlacedOrder[]): Needs {
  return {
    stock: new Map([
      [spareProduct, 1_000],
      [otherSpareProduct, 1_000],
    ]),
    orders: orders.length === 0 ? [victim()] : orders,
  };
}
