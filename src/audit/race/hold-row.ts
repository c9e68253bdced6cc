import type { Database } from "../../ports/database.ts";
import type { AuditedSchema } from "../read-schema.ts";
import { boundTransaction, lockInventoryRow } from "../sql/lock-row.ts";
import { deferred } from "./deferred.ts";

/** A transaction of ours that owns one inventory row, so that others must meet there. */
export interface RowHold {
  /** PID of its backend. */
  readonly pid: number;
  /** Resolves when the row is ours; rejects when it could not be had. */
  readonly acquired: Promise<void>;
  /** Lets the row go, or gives up its place in the queue. Resolves when the row is free. */
  release(): Promise<void>;
}

/**
 * Queues for the row, and holds it at most `holdMsMax` from when it is ours. Should this process
 * stop, the server ends the transaction (idle_in_transaction_session_timeout, or the lost
 * connection).
 */
export async function holdRow(
  database: Database,
  productId: string,
  holdMsMax: number,
  mapped?: AuditedSchema["mapped"],
): Promise<RowHold> {
  const pid = deferred<number>();
  const acquired = deferred<void>();
  const released = deferred<void>();
  const ended = database
    .transaction(async (tx) => {
      pid.resolve(await boundTransaction(tx, holdMsMax + 1_000));
      await lockInventoryRow(tx, productId, mapped);
      acquired.resolve();
      const bound = setTimeout(released.resolve, holdMsMax);
      await released.promise;
      clearTimeout(bound);
    })
    .catch((error: unknown) => {
      pid.reject(error);
      acquired.reject(error);
    });
  // Whoever does not look at it must not be brought down by it.
  acquired.promise.catch(() => {});
  return {
    pid: await pid.promise,
    acquired: acquired.promise,
    async release() {
      released.resolve();
      await ended;
    },
  };
}
