import { type Audit, auditOrders } from "../audit/audit-orders.ts";
import type { SentOrder } from "../audit/sent-order.ts";
import { waitUntilDecided } from "../audit/wait-until-decided.ts";
import type { OpenWorld } from "./world.ts";

/** Nothing works any more when an audit begins: what is open then stays open. */
const waits = { timeoutMs: 1_000, quietMs: 0, pollMs: 10 };

/** Reads a world as `orders audit` reads any system. */
export async function examine(
  { database, log, baseline }: OpenWorld,
  history: readonly SentOrder[],
): Promise<Audit> {
  const orderIds = history.filter(({ state }) => state === "acked").map(({ orderId }) => orderId);
  const { drained, log: ranges } = await waitUntilDecided(
    { database, log },
    { orderIds, ...waits },
  );
  return auditOrders(
    { database, log },
    { history, baseline, drained, log: ranges, alone: true, ownCustomer: () => true },
  );
}
