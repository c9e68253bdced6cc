import type { Order } from "../../src/order/order.ts";

/** A small deterministic source of chance: the same seed, the same logs. */
function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/**
 * Logs that hold what goes wrong: orders of several lines in every sequence of the products, the same
 * product twice, unknown products, quantities that never fit, retries of an order on its own and on
 * other partitions, and other contents under a known id.
 */
export function hardLogs(seed: number, partitions: number, ordersEach: number): Order[][] {
  const random = chance(seed);
  const below = (n: number) => Math.floor(random() * n);
  const products = ["PROD001", "PROD002", "PROD003"];
  const line = (productId: string, quantity: number) => ({
    productId,
    quantity,
    amount: quantity * 10,
  });
  let number = 0;
  const placed: Order[] = [];
  const fresh = (lines: Order["lines"]): Order => {
    const order: Order = {
      orderId: `0190a6d0-${String(seed % 10_000).padStart(4, "0")}-7000-8000-${String(number++).padStart(12, "0")}`,
      customerId: `CUST${below(50)}`,
      lines,
      placedAtMs: 0,
    };
    placed.push(order);
    return order;
  };
  const any = () => products[below(3)] ?? "PROD001";
  function next(): Order {
    const earlier = placed[below(placed.length)];
    const kind = below(20);
    if (kind < 2 && earlier !== undefined) return earlier;
    if (kind === 2 && earlier !== undefined) return { ...earlier, customerId: "somebody else" };
    if (kind === 3) return fresh([line("PROD001", 1), line("GHOST", 2)]);
    if (kind === 4) return fresh([line("PROD002", 1), line("PROD001", 1_000_000)]);
    if (kind < 8) return fresh([line("PROD002", 1), line("PROD001", 2), line("PROD002", 2)]);
    if (kind < 11) return fresh([line("PROD003", 1), line("PROD001", 1), line("PROD002", 1)]);
    if (kind < 15) return fresh([line("PROD001", 1 + below(3))]);
    return fresh([line(any(), 1 + below(3))]);
  }
  return Array.from({ length: partitions }, () => Array.from({ length: ordersEach }, next));
}
