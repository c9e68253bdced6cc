import type { TraceCheck } from "../check.ts";
import { counted, Sightings, unknown } from "../finding.ts";
import type { LedgerEvidence } from "../ledger/ledger-evidence.ts";
import type { CustomerOrder, CustomerTrace } from "../ledger/second-look.ts";
import { foundAmong } from "./found-among.ts";

const check = "customers-in-order";

/**
 * Order per customer: where A was acknowledged before B was sent, both stand in one partition, and A
 * before B. What was under way at the same time may stand in either order.
 */
export const customersInOrder: TraceCheck<CustomerTrace, LedgerEvidence, never> = {
  name: check,
  explanation:
    "An order that a customer sent after the acknowledgement of another stands behind it in the same partition.",
  needs: [],
  judge() {
    let pairs = 0;
    const wrong = new Sightings();
    return {
      see({ customerId, orders }) {
        pairs += inOrder(orders, (first, second) =>
          wrong.add(
            `${second.orderId} at ${second.partition}/${second.offset}, though sent after ${first.orderId} at ${first.partition}/${first.offset} (${customerId})`,
          ),
        );
      },
      finding() {
        if (pairs === 0) {
          return unknown(check, {
            expected: "orders of one customer in order",
            found: "none to compare",
            detail:
              "no customer sent an order after the acknowledgement of another, as far as the history says",
            required: false,
          });
        }
        return foundAmong(check, {
          expected: `${counted(pairs, "order")} behind the one acknowledged before`,
          right: "in order",
          wrong,
          wrongly: `${wrong.count} out of order`,
          detail: `${counted(wrong.count, "order")} of a customer not behind one that was acknowledged before it was sent`,
        });
      },
    };
  },
};

/** @returns how many orders had one before them. Against the furthest one: it is behind all others. */
function inOrder(
  orders: readonly CustomerOrder[],
  onWrong: (first: CustomerOrder, second: CustomerOrder) => void,
): number {
  const bySent = orders.toSorted((a, b) => a.sentAtMs - b.sentAtMs);
  const byAnswer = orders.toSorted((a, b) => a.answeredAtMs - b.answeredAtMs);
  let pairs = 0;
  let at = 0;
  let furthest: CustomerOrder | undefined;
  let elsewhere: CustomerOrder | undefined;
  for (const order of bySent) {
    for (let done = byAnswer[at]; done !== undefined && done.answeredAtMs < order.sentAtMs; ) {
      if (furthest !== undefined && furthest.partition !== done.partition) elsewhere ??= furthest;
      if (furthest === undefined || done.offset > furthest.offset) furthest = done;
      done = byAnswer[++at];
    }
    if (furthest === undefined) continue;
    pairs += 1;
    const before = furthest.partition === order.partition ? elsewhere : furthest;
    if (before !== undefined && before.partition !== order.partition) onWrong(before, order);
    else if (furthest.offset >= order.offset && furthest.partition === order.partition)
      onWrong(furthest, order);
  }
  return pairs;
}
