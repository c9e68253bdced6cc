import type { Check, CountCheck, LedgerCheck, ShopCheck, TraceCheck } from "../check.ts";
import type { LedgerEvidence } from "../ledger/ledger-evidence.ts";
import type { CustomerTrace, PartitionTrace } from "../ledger/second-look.ts";
import { acceptedAreLogged } from "./accepted-are-logged.ts";
import { acceptedDecidedOnce } from "./accepted-decided-once.ts";
import { cancelledHoldNoStock } from "./cancelled-hold-no-stock.ts";
import { changesHaveEvents } from "./changes-have-events.ts";
import { contentsAsSent } from "./contents-as-sent.ts";
import { customersInOrder } from "./customers-in-order.ts";
import { deadLettersExplained } from "./dead-letters-explained.ts";
import { decidedInOrder } from "./decided-in-order.ts";
import { eventsCountedOnce } from "./events-counted-once.ts";
import { eventsHaveChanges } from "./events-have-changes.ts";
import { eventsInOrder } from "./events-in-order.ts";
import { eventsPublished } from "./events-published.ts";
import { eventsSayTheOrder } from "./events-say-the-order.ts";
import { eventsTakeEffectOnce } from "./events-take-effect-once.ts";
import { failedLeftNothing } from "./failed-left-nothing.ts";
import { groupCaughtUp } from "./group-caught-up.ts";
import { historyComplete } from "./history-complete.ts";
import { logCounted } from "./log-counted.ts";
import { logHoldsAccepted } from "./log-holds-accepted.ts";
import { logKept } from "./log-kept.ts";
import { logSaysWhatWasSent } from "./log-says-what-was-sent.ts";
import { messagesDecidedOnce } from "./messages-decided-once.ts";
import { neverOversold } from "./never-oversold.ts";
import { offsetsAgreeWithRows } from "./offsets-agree-with-rows.ts";
import { offsetsAtLogEnd } from "./offsets-at-log-end.ts";
import { onlySentWasLogged } from "./only-sent-was-logged.ts";
import { orderLinesComplete } from "./order-lines-complete.ts";
import { orderSummaryEqualLog } from "./order-summary-equal-log.ts";
import { orderTotalsAddUp } from "./order-totals-add-up.ts";
import { ordersDecidedAsPlaced } from "./orders-decided-as-placed.ts";
import { piecesWereSold } from "./pieces-were-sold.ts";
import { productSalesEqualLog } from "./product-sales-equal-log.ts";
import { rejectionsJustified } from "./rejections-justified.ts";
import { reservedMatchesOrders } from "./reserved-matches-orders.ts";
import { rowsComeFromLog } from "./rows-come-from-log.ts";
import { rowsHaveMessages } from "./rows-have-messages.ts";
import { rowsSayTheMessage } from "./rows-say-the-message.ts";
import { rowsWereAskedFor } from "./rows-were-asked-for.ts";
import { salesMetricsEqualLog } from "./sales-metrics-equal-log.ts";
import { shippedLeftTheStock } from "./shipped-left-the-stock.ts";
import { shopKnowsOutcomes } from "./shop-knows-outcomes.ts";
import { soldExactly } from "./sold-exactly.ts";
import { stockAddsUp } from "./stock-adds-up.ts";
import { stockMovedByOrders } from "./stock-moved-by-orders.ts";
import { stockMovedOnce } from "./stock-moved-once.ts";
import { stockWasShort } from "./stock-was-short.ts";
import { totalMatchesMovements } from "./total-matches-movements.ts";
import { transactionsOverlapped } from "./transactions-overlapped.ts";
import { unknownDecidedAtMostOnce } from "./unknown-decided-at-most-once.ts";

/** All checks of an audit, in the order in which they are reported; the last six are of a race. */
export const registry: readonly Check[] = [
  acceptedDecidedOnce,
  unknownDecidedAtMostOnce,
  failedLeftNothing,
  contentsAsSent,
  orderLinesComplete,
  rejectionsJustified,
  reservedMatchesOrders,
  stockAddsUp,
  neverOversold,
  totalMatchesMovements,
  stockMovedByOrders,
  rowsComeFromLog,
  rowsWereAskedFor,
  logHoldsAccepted,
  logKept,
  offsetsAtLogEnd,
  soldExactly,
  stockWasShort,
  piecesWereSold,
  transactionsOverlapped,
  groupCaughtUp,
  historyComplete,
];

/** Of what a sender told: only where there is a history. */
export const sentChecks: readonly Check[] = [
  acceptedDecidedOnce,
  unknownDecidedAtMostOnce,
  failedLeftNothing,
  contentsAsSent,
];

/** Of what was ordered, whether a history says so or the log does. */
export const orderedChecks: readonly Check[] = [
  orderLinesComplete,
  rejectionsJustified,
  reservedMatchesOrders,
  stockAddsUp,
  neverOversold,
  totalMatchesMovements,
  stockMovedByOrders,
];

/** Of each order's history, messages, rows and dead letters. */
export const ledgerChecks: readonly LedgerCheck[] = [
  messagesDecidedOnce,
  rowsSayTheMessage,
  rowsHaveMessages,
  deadLettersExplained,
  offsetsAgreeWithRows,
];

/** The same, where there is a history. */
export const ledgerSentChecks: readonly LedgerCheck[] = [
  acceptedAreLogged,
  logSaysWhatWasSent,
  onlySentWasLogged,
];

/** Of what was decided in each partition, one message after the other. */
export const partitionChecks: readonly TraceCheck<PartitionTrace, LedgerEvidence>[] = [
  decidedInOrder,
];

/** Of the orders of each customer, as their sender told when. */
export const customerChecks: readonly TraceCheck<CustomerTrace, LedgerEvidence>[] = [
  customersInOrder,
];

/** Of the shop's outbox and the log of its events. */
export const outboxChecks: readonly ShopCheck<"log">[] = [
  changesHaveEvents,
  eventsHaveChanges,
  eventsPublished,
  eventsTakeEffectOnce,
  eventsInOrder,
];

/** Of the analytics' tables and the log of the shop's events. */
export const analyticsChecks: readonly CountCheck[] = [
  logCounted,
  eventsCountedOnce,
  salesMetricsEqualLog,
  productSalesEqualLog,
  orderSummaryEqualLog,
];

/** Of the shop's orders and what the reservation made of them. */
export const shopChecks: readonly ShopCheck[] = [
  orderTotalsAddUp,
  eventsSayTheOrder,
  ordersDecidedAsPlaced,
  cancelledHoldNoStock,
  shippedLeftTheStock,
  stockMovedOnce,
  shopKnowsOutcomes,
];

/** Of the stock that the orders of both have moved. */
export const stockChecks = [
  reservedMatchesOrders,
  stockAddsUp,
  neverOversold,
  totalMatchesMovements,
] as const;
