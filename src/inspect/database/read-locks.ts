import type { Database } from "../../ports/database.ts";
import type { LockForest } from "./answers.ts";
import { lockForest, type Waiting } from "./lock-forest.ts";
import { selectLockedProducts } from "./sql/select-locked-products.ts";
import { selectSessions } from "./sql/select-sessions.ts";
import { selectWaiting, type WaitingRow } from "./sql/select-waiting.ts";

const waitingMax = 2_000;

/** @returns who blocks whom in this database, now. Two or three reads; takes no lock that waits. */
export async function readLocks(database: Database): Promise<LockForest> {
  const rows = await selectWaiting(database, waitingMax);
  // Between two looks a wait may have ended: no blockers, no wait.
  const waiting = rows.filter(({ blockers }) => blockers.length > 0);
  const pids = new Set(waiting.flatMap(({ pid, blockers }) => [pid, ...blockers]));
  const sessions = pids.size === 0 ? [] : await selectSessions(database, [...pids]);
  const products = await lockedProducts(database, waiting);
  const forest = lockForest(
    waiting.map((row) => waitingOf(row, products)),
    sessions.map(({ hidden: _, ...session }) => session),
  );
  return { ...forest, hidden_sessions: sessions.filter(({ hidden }) => hidden).length };
}

function waitingOf(row: WaitingRow, products: ReadonlyMap<string, string>): Waiting {
  return {
    pid: row.pid,
    blockers: row.blockers,
    waitsFor: {
      lock: row.lock,
      mode: row.mode,
      relation: row.relation,
      row: row.row,
      product_id: (row.in_inventory && products.get(row.row ?? "")) || null,
      seconds: row.seconds,
    },
  };
}

/**
 * Which products the locked rows of inventory are: an address says little. Without them where the
 * table itself is locked, or not ours to read: the answer must not wait behind what it reports.
 */
async function lockedProducts(
  database: Database,
  waiting: readonly WaitingRow[],
): Promise<ReadonlyMap<string, string>> {
  const rows = waiting.flatMap(({ in_inventory, row }) => (in_inventory && row ? [row] : []));
  if (rows.length === 0) return new Map();
  try {
    return await selectLockedProducts(database, [...new Set(rows)]);
  } catch {
    return new Map();
  }
}
