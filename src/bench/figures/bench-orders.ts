import { draw, type Seed, seedFrom } from "../../load/draw.ts";
import { createWorkload } from "../../load/workload.ts";
import type { Order } from "../../order/order.ts";
import type { OrderItem } from "../../order/order-message.ts";
import { seededProducts } from "../../order/seeded-products.ts";

export interface BenchOrdersSpec {
  /** Any text; the same one gives the same orders, but for the time in their ids. */
  readonly seed: string;
  readonly customers: number;
  /** Pieces per line. */
  readonly quantity: number;
  readonly linesPerOrder: number;
  /** All orders for this product; undefined: ten products evenly. */
  readonly onlyProduct: string | undefined;
  /** When the first order was placed, milliseconds since the epoch. */
  readonly startMs: number;
}

export interface BenchOrder {
  readonly order: Order;
  /** Lines with their prices, for orders of several lines. */
  readonly items: readonly OrderItem[] | undefined;
  readonly amount: number;
}

/** So many are placed in each millisecond: their ids differ in the counter, and ascend. */
const ordersPerMs = 100;
/** Draws of the workload come before these. */
const idDraw = 1_000;

/** Pure: order n, from 0, in whatever sequence it is asked for. Ids (UUIDv7) ascend with n. */
export function benchOrders(spec: BenchOrdersSpec): (n: number) => BenchOrder {
  const { seed, customers, quantity, linesPerOrder, onlyProduct, startMs } = spec;
  const workload = createWorkload({
    seed,
    runId: "bench",
    customers,
    products: seededProducts,
    hot: onlyProduct === undefined ? [] : [{ productId: onlyProduct, share: 1 }],
    quantity: { min: quantity, max: quantity },
    linesPerOrder,
  });
  const idSeed = seedFrom(`${seed} id`);
  return (n) => {
    const { customerId, lines, items, amount } = workload.order(n);
    const placedAtMs = startMs + Math.floor(n / ordersPerMs);
    const orderId = uuidV7(placedAtMs, n % ordersPerMs, idSeed, n);
    return { order: { orderId, customerId, lines, placedAtMs }, items, amount };
  };
}

/** Pure: the number of an order of benchOrders with this start, from its id alone. */
export function benchOrderNumber(orderId: string, startMs: number): number {
  const placedAtMs = Number.parseInt(orderId.slice(0, 8) + orderId.slice(9, 13), 16);
  return (placedAtMs - startMs) * ordersPerMs + Number.parseInt(orderId.slice(15, 18), 16);
}

/** RFC 9562, 5.7, with a counter in rand_a (6.2, method 1). */
function uuidV7(ms: number, counter: number, seed: Seed, n: number): string {
  const time = ms.toString(16).padStart(12, "0");
  const random = hex8(draw(seed, n, idDraw)) + hex8(draw(seed, n, idDraw + 1));
  const variant = (8 + (Number.parseInt(random.charAt(0), 16) & 3)).toString(16);
  const randA = counter.toString(16).padStart(3, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randA}-${variant}${random.slice(1, 4)}-${random.slice(4)}`;
}

function hex8(u: number): string {
  return Math.floor(u * 0x1_0000_0000)
    .toString(16)
    .padStart(8, "0");
}
