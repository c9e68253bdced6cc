import type { Check } from "../../../src/audit/check.ts";
import type { Evidence, ProductEvidence } from "../../../src/audit/database-evidence.ts";
import { type OfRun, startJudging } from "../../../src/audit/judge.ts";
import type { OrderRow, OrderTrace } from "../../../src/audit/order-trace.ts";
import type { RowOrigins } from "../../../src/audit/row-origins.ts";
import type { SentOrder } from "../../../src/audit/sent-order.ts";
import { type Verdict, verdictOf } from "../../../src/audit/verdict.ts";
import { decide, type Stock } from "../../../src/order/decide.ts";
import type { Order } from "../../../src/order/order.ts";
import type { Outcome } from "../../../src/order/outcome.ts";

/** A database of ours in which all agrees, for tests to break. */
export interface World {
  readonly evidence: Evidence;
  readonly traces: readonly OrderTrace[];
}

/** What the database holds when these orders were decided, one after the other, and all accepted. */
export function decidedWorld(stock: Stock, orders: readonly Order[]): World {
  const { outcomes } = decide(stock, orders);
  const traces = orders.map((order, index) => {
    const outcome = outcomes[index];
    if (outcome === undefined) throw new Error("every order is decided");
    return { sent: sentOrder(order), rows: rowsOf(order, outcome), deadLetters: [] };
  });
  return { evidence: evidenceOf(stock, traces, orders.length), traces };
}

export function sentOrder(order: Order, state: SentOrder["state"] = "acked"): SentOrder {
  return { orderId: order.orderId, customerId: order.customerId, lines: order.lines, state };
}

export function rowsOf(order: Order, outcome: Outcome): readonly OrderRow[] {
  return order.lines.map((line, index) => ({
    lineNo: index + 1,
    customerId: order.customerId,
    productId: line.productId,
    quantity: line.quantity,
    amount: line.amount,
    status: outcome.status,
    rejectionReason: outcome.status === "rejected" ? outcome.reason : null,
    namesMessage: true,
    rejectionDetail:
      outcome.status === "rejected"
        ? { product_id: outcome.productId, wanted: outcome.wanted, available: outcome.available }
        : null,
  }));
}

function evidenceOf(stock: Stock, traces: readonly OrderTrace[], messages: number): Evidence {
  const reserved = reservedByProduct(traces);
  const products = [...stock].map(([productId, total]): ProductEvidence => {
    const pieces = reserved.get(productId) ?? 0;
    return {
      productId,
      stock: { available: total - pieces, reserved: pieces, total },
      reservedByOrders: pieces,
      movedTotal: total,
      movedAvailable: total,
    };
  });
  return {
    present: {
      orderLines: true,
      rejectionDetail: true,
      deadLetters: true,
      consumerOffsets: true,
      stockMovements: true,
    },
    products,
    storedOffsets: new Map([[0, messages]]),
    log: [{ partition: 0, low: 0, high: messages }],
    baseline: {
      products: [...stock].map(([productId, total]) => ({
        productId,
        stock: { available: total, reserved: 0, total },
        reservedByOrders: 0,
        movedTotal: total,
        movedAvailable: total,
      })),
      log: [{ partition: 0, low: 0, high: 0 }],
    },
    drained: true,
  };
}

/** What the order rows themselves add up to, as the database would sum them. */
function reservedByProduct(traces: readonly OrderTrace[]): ReadonlyMap<string, number> {
  const reserved = new Map<string, number>();
  for (const { rows } of traces) {
    for (const { productId, quantity, status } of rows) {
      if (status !== "reserved") continue;
      reserved.set(productId, (reserved.get(productId) ?? 0) + quantity);
    }
  }
  return reserved;
}

/** The same database with other order rows: its own sums follow, the inventory stays as it is. */
export function withTraces({ evidence }: World, traces: readonly OrderTrace[]): World {
  const reserved = reservedByProduct(traces);
  const known = new Set(evidence.products.map((product) => product.productId));
  const strangers = [...reserved.keys()].filter((productId) => !known.has(productId));
  return {
    traces,
    evidence: {
      ...evidence,
      products: [
        ...evidence.products.map((product) => ({
          ...product,
          reservedByOrders: reserved.get(product.productId) ?? 0,
        })),
        ...strangers.map((productId) => ({
          productId,
          stock: undefined,
          reservedByOrders: reserved.get(productId) ?? 0,
          movedTotal: 0,
        })),
      ],
    },
  };
}

export function withEvidence(world: World, change: Partial<Evidence>): World {
  return { ...world, evidence: { ...world.evidence, ...change } };
}

/** What the log says where each row came from it. */
const origins: RowOrigins = {
  read: true,
  rows: 1,
  strangers: { count: 0, examples: [] },
  doubtful: { count: 0, examples: [] },
  doubt: "",
  unasked: { count: 0, examples: [] },
};

/** @param ofRun what only some runs have. */
export function judged(
  { evidence, traces }: World,
  checks?: readonly Check[],
  ofRun?: Pick<OfRun, "race" | "limited">,
): Verdict {
  const judge = startJudging(evidence, checks);
  for (const trace of traces) judge.see(trace);
  return verdictOf(judge.findings({ origins, alone: false, ...ofRun }));
}
