import type { Order } from "../../order/order.ts";
import { type Outcome, reserved } from "../../order/outcome.ts";
import type { Queryable } from "../../ports/database.ts";
import { advanceOffset } from "../sql/advance-offset.ts";
import { changeOutcomes } from "../sql/change-outcomes.ts";
import { insertDeadLetters } from "../sql/insert-dead-letters.ts";
import { insertFirstLines, insertFurtherLines } from "../sql/insert-order-lines.ts";
import { readOrders } from "../sql/read-orders.ts";
import { removeOrder } from "../sql/remove-order.ts";
import { judgeRepeats } from "../unique-orders.ts";
import type { DeadLetter, LoggedOrder, ReserveResult, Strategy, Work } from "../work.ts";

/** No outcome: the order becomes a dead letter, for this reason. */
export interface GivenUp extends Pick<DeadLetter, "reason" | "detail"> {
  readonly status: "given up";
}

/**
 * Decides an order against the stock of this moment, as the pure decision would, and takes what a
 * reserved one wants. It is in here that the strategies differ.
 */
export type TakeStock = (tx: Queryable, order: Order) => Promise<Outcome | GivenUp>;

/** @param decideOne decides a work of one slice with one order at most, in a transaction of its own. */
export function orderStrategy(
  name: string,
  decideOne: (work: Work) => Promise<ReserveResult>,
): Strategy {
  return {
    name,
    unit: "order",
    async reserve(work) {
      if (work.slices.length === 1 && work.orders.length <= 1) return decideOne(work);
      throw new RangeError(
        `${name} decides order by order: found ${work.slices.length} slices with ${work.orders.length} orders`,
      );
    },
  };
}

/**
 * What the transaction of one order is in every strategy. Its locks are taken in the one order that
 * all keep: the offset (which is the fence), the order (whose line 1 is the gate), the stock. The
 * rows go in as reserved and are corrected when the decision says otherwise: nobody sees them before.
 */
export async function orderTransaction(
  tx: Queryable,
  work: Work,
  takeStock: TakeStock,
): Promise<ReserveResult> {
  const stored = await advanceOffset(tx, work);
  if (stored !== "advanced") return { kind: "fenced", stored };
  const [logged] = work.orders;
  const { status, duplicates, letters } =
    logged === undefined ? noOrder : await decideAtGate(tx, logged, takeStock);
  const all = [...work.deadLetters, ...letters].toSorted(byOffset);
  const deadLettered = await insertDeadLetters(tx, work.topic, all);
  const isReserved = logged !== undefined && status === "reserved";
  const counts = {
    reserved: isReserved ? 1 : 0,
    rejected: status === "rejected" ? 1 : 0,
    deadLettered,
    duplicates,
  };
  return { kind: "committed", counts, reserved: isReserved ? [logged.order] : [] };
}

interface AtGate {
  readonly status: (Outcome | GivenUp)["status"] | undefined;
  readonly duplicates: number;
  readonly letters: readonly DeadLetter[];
}

const noOrder: AtGate = { status: undefined, duplicates: 0, letters: [] };

async function decideAtGate(
  tx: Queryable,
  logged: LoggedOrder,
  takeStock: TakeStock,
): Promise<AtGate> {
  const { order } = logged;
  const lines = order.lines.map((_, index) => ({ logged, lineNo: index + 1, outcome: reserved }));
  if ((await insertFirstLines(tx, lines.slice(0, 1))).size === 0) {
    const known = await readOrders(tx, [order.orderId]);
    const { duplicates, conflicts } = judgeRepeats([logged], known);
    return { status: undefined, duplicates, letters: conflicts };
  }
  await insertFurtherLines(tx, lines.slice(1));
  const outcome = await takeStock(tx, order);
  if (outcome.status === "given up") {
    await removeOrder(tx, order.orderId);
    const { partition, message } = logged;
    const { reason, detail } = outcome;
    const letter = { partition, message, reason, detail, orderId: order.orderId };
    return { status: outcome.status, duplicates: 0, letters: [letter] };
  }
  if (outcome.status === "rejected") await changeOutcomes(tx, new Map([[order.orderId, outcome]]));
  return { status: outcome.status, duplicates: 0, letters: [] };
}

function byOffset(a: DeadLetter, b: DeadLetter): number {
  return a.message.offset - b.message.offset;
}
