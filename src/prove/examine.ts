import { auditLedger, type LedgerAudit } from "../audit/ledger/audit-ledger.ts";
import type { SentOrder } from "../audit/sent-order.ts";
import { waitUntilDecided } from "../audit/wait-until-decided.ts";
import type { OpenWorld } from "./world.ts";

/** A small world decides in milliseconds: a silence says something soon. */
const waits = { timeoutMs: 10_000, settleMs: 300, pollMs: 20 };

/** Reads a world as `orders audit ledger` reads any system. */
export async function examine(
  { database, log, baseline, probe }: OpenWorld,
  history: readonly SentOrder[],
  signal: AbortSignal,
): Promise<LedgerAudit> {
  const orderIds = history.filter(({ state }) => state === "acked").map(({ orderId }) => orderId);
  const wait = await waitUntilDecided(
    { database, log },
    { ...waits, orderIds, since: baseline.log, probe, signal },
  );
  return auditLedger(
    { database, log },
    {
      history: [...history, ...wait.probes],
      baseline,
      settled: wait.drained ? wait.log : undefined,
      ...{ alone: true, signal },
    },
  );
}
