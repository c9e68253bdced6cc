import type { OrderCheck } from "../../../../src/audit/check.ts";
import type { Finding } from "../../../../src/audit/finding.ts";
import type { OrderEvidence } from "../../../../src/audit/order-evidence.ts";
import type { OrderRow, OrderTrace } from "../../../../src/audit/order-trace.ts";
import type { SentOrder } from "../../../../src/audit/sent-order.ts";

export const ourDatabase = {
  orderLines: true,
  rejectionDetail: true,
  deadLetters: true,
  consumerOffsets: true,
  stockMovements: true,
} as const;

export const referenceDatabase = {
  orderLines: false,
  rejectionDetail: false,
  deadLetters: false,
  consumerOffsets: false,
  stockMovements: false,
} as const;

export const row: OrderRow = {
  lineNo: 1,
  customerId: "CUST1",
  productId: "PROD007",
  quantity: 2,
  amount: 399.98,
  status: "reserved",
  rejectionReason: null,
  rejectionDetail: null,
  namesMessage: true,
};

export const rejectedRow: OrderRow = {
  ...row,
  status: "rejected",
  rejectionReason: "insufficient_stock",
  rejectionDetail: { product_id: "PROD007", wanted: 2, available: 1 },
};

/** An order of one line, with these rows. */
export function trace(
  rows: readonly OrderRow[],
  more: Partial<Omit<OrderTrace, "rows" | "sent">> & { readonly sent?: Partial<SentOrder> } = {},
): OrderTrace {
  const { sent, deadLetters = [] } = more;
  return {
    sent: {
      orderId: "0190b1a0-0000-7000-8000-000000000001",
      customerId: "CUST1",
      lines: [{ productId: "PROD007", quantity: 2, amount: 399.98 }],
      state: "acked",
      ...sent,
    },
    rows,
    deadLetters,
  };
}

/** What a check of single orders finds in these. */
export function findingOf(
  check: OrderCheck,
  traces: readonly OrderTrace[],
  evidence: Partial<OrderEvidence> = {},
): Finding {
  const judge = check.judge({
    present: ourDatabase,
    available: new Map([["PROD007", 0]]),
    drained: true,
    lost: undefined,
    stockOnlyShrank: false,
    ...evidence,
  });
  for (const each of traces) judge.see(each);
  return judge.finding();
}
