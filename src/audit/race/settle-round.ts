import { setTimeout as delay } from "node:timers/promises";
import type { Queryable } from "../../ports/database.ts";
import type { AuditedSchema } from "../read-schema.ts";
import { undecidedAmong } from "../undecided-among.ts";

const boundMs = 10_000;
/** A round whose orders make no progress for so long is left as it is: the final wait is longer. */
const stalledMs = 1_500;

/**
 * Each round begins when the last one is decided, so that its orders meet each other. Bounded: that
 * nothing is missing is the final wait's concern, not this one's.
 * @returns how long the slowest decision took that was seen.
 * @throws the signal's reason when it is aborted.
 */
export async function settleRound(
  database: Queryable,
  schema: AuditedSchema,
  orderIds: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  const start = performance.now();
  let open = orderIds;
  let progressAt = start;
  for (;;) {
    const left = await undecidedAmong(database, open, schema);
    const now = performance.now();
    if (left.length < open.length) progressAt = now;
    open = left;
    if (open.length === 0 || now - start > boundMs || now - progressAt > stalledMs) {
      return progressAt - start;
    }
    await delay(25, undefined, { signal });
  }
}
