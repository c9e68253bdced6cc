import type { Queryable } from "../ports/database.ts";

/** Where relays listen. */
export const outboxChannel = "shop_outbox";

const notify = { text: `SELECT pg_notify('${outboxChannel}', '')` };

export async function tellRelays(database: Queryable): Promise<void> {
  await database.query(notify);
}

/**
 * Tells the relays that there are events. Never within the transaction that made them: PostgreSQL
 * holds one lock of the whole cluster from NOTIFY to the end of the transaction, and all commits would
 * go one by one. One at a time, and those that come meanwhile share the next: however many orders a
 * second, a few hundred notifications at most. A lost one costs a relay's next look.
 */
export function createWakeUp(database: Queryable): () => void {
  let running = false;
  let again = false;
  return function wakeUp(): void {
    if (running) {
      again = true;
      return;
    }
    running = true;
    void tellRelays(database)
      .catch(() => {})
      .finally(() => {
        running = false;
        if (!again) return;
        again = false;
        wakeUp();
      });
  };
}
