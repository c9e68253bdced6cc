import type { LedgerCheck, TraceCheck } from "../../../../src/audit/check.ts";
import { ledgerChecks, ledgerSentChecks } from "../../../../src/audit/checks/registry.ts";
import type { Finding } from "../../../../src/audit/finding.ts";
import { judgeTraces } from "../../../../src/audit/judge-traces.ts";
import type { LedgerEvidence } from "../../../../src/audit/ledger/ledger-evidence.ts";
import type { LedgerRow, LedgerTrace } from "../../../../src/audit/ledger/ledger-trace.ts";
import type { LoggedOrder, OrderContents } from "../../../../src/audit/row-origins.ts";
import type { SentOrder } from "../../../../src/audit/sent-order.ts";

/** A system in which all is well: three orders, decided, one of two lines, and one dead letter. */
export const evidence: LedgerEvidence = {
  present: {
    orderLines: true,
    rejectionDetail: true,
    deadLetters: true,
    consumerOffsets: true,
    stockMovements: true,
  },
  topic: "orders-placed",
  from: new Map([[0, 0]]),
  judgedTo: new Map([[0, 10]]),
  judgedBy: "stored-offsets",
  wholeLog: true,
  logDoubt: undefined,
  history: true,
  historyCut: false,
  epochBeganAtMs: 0,
  alone: true,
  sources: true,
  ownConsumer: true,
  otherTopics: false,
};

export function contentsOf(number: number): OrderContents & { readonly customerId: string } {
  const line = { productId: "PROD001", quantity: number, amount: number * 9.99 };
  return {
    customerId: `CUST${number}`,
    lines: number === 2 ? [line, { ...line, productId: "PROD002" }] : [line],
  };
}

export function messageOf(number: number, offset = number): LoggedOrder {
  return { partition: 0, offset, orderId: `order-${number}`, contents: contentsOf(number) };
}

export function rowsOf(number: number, offset = number): readonly LedgerRow[] {
  const { customerId, lines } = contentsOf(number);
  return lines.map((line, index) => ({
    ...{ lineNo: index + 1, customerId, ...line, status: "reserved" },
    ...{ rejectionReason: null, rejectionDetail: null, namesMessage: true },
    ...{ partition: 0, offset, decidedAge: 100 - number },
  }));
}

export function sentOf(number: number): SentOrder {
  const times = { sentAtMs: 1_000 * number, answeredAtMs: 1_000 * number + 5 };
  return { orderId: `order-${number}`, ...contentsOf(number), state: "acked", ...times };
}

export function traceOf(number: number): LedgerTrace {
  const messages = [messageOf(number)];
  return {
    orderId: `order-${number}`,
    sent: sentOf(number),
    messages,
    rows: rowsOf(number),
    deadLetters: [],
  };
}

const letter = { partition: 0, offset: 4, reason: "not_json", replayed: false };

/** Known by its place: no order can be read in it. */
export const poison: LedgerTrace = {
  orderId: undefined,
  sent: undefined,
  messages: [{ partition: 0, offset: 4, orderId: undefined, contents: undefined }],
  rows: [],
  deadLetters: [letter],
};

export const sound: readonly LedgerTrace[] = [traceOf(1), traceOf(2), traceOf(3), poison];

/** All findings of the checks of single orders. */
export function findingsOf(
  traces: readonly LedgerTrace[],
  known: LedgerEvidence = evidence,
  checks: readonly LedgerCheck[] = [...ledgerChecks, ...ledgerSentChecks],
): readonly Finding[] {
  const judge = judgeTraces(checks, known);
  for (const trace of traces) judge.see(trace);
  return judge.findings();
}

/** @returns names of the checks that failed; those that stay open with a question mark. */
export function firing(
  traces: readonly LedgerTrace[],
  known: LedgerEvidence = evidence,
): readonly string[] {
  return findingsOf(traces, known).flatMap(({ check, status, required }) =>
    status === "fail" ? [check] : status === "unknown" && required ? [`${check}?`] : [],
  );
}

export function findingFrom<Trace>(
  check: TraceCheck<Trace, LedgerEvidence>,
  traces: readonly Trace[],
  known: LedgerEvidence = evidence,
): Finding {
  const judge = judgeTraces([check], known);
  for (const trace of traces) judge.see(trace);
  const [finding] = judge.findings();
  if (finding === undefined) throw new Error("a check always finds");
  return finding;
}
