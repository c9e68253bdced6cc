import type { Queryable, Statement } from "../../ports/database.ts";
import type { LedgerLetter } from "../ledger/ledger-trace.ts";

/*
 * Letters of the audited topic by their place, and letters of other topics that name an order: all of
 * them, for there are few, or something is very wrong.
 */
const declare = (replayed: string): Statement => ({
  text: `
    DECLARE ledger_letters NO SCROLL CURSOR FOR
    SELECT d.order_id::text AS order_id, d.source_topic, d.source_partition AS partition,
           d.source_offset AS "offset", d.reason, ${replayed} AS replayed
    FROM dead_letters d`,
});

const withReplays = declare(`EXISTS (
      SELECT FROM dead_letter_replays r
      WHERE r.dead_letter_id = d.dead_letter_id AND r.letter_recorded_at = d.recorded_at
        AND r.result = 'produced')`);
const withoutReplays = declare("false");
const fetchLetters: Statement = { text: "FETCH 5000 FROM ledger_letters" };
const closeLetters: Statement = { text: "CLOSE ledger_letters" };

interface Row {
  readonly order_id: string | null;
  readonly source_topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly reason: string | null;
  readonly replayed: boolean;
}

/**
 * In the audit's transaction.
 * @param replays whether the database records which letters were produced again.
 * @param take is called with each letter, and the order that it names.
 */
export async function readLedgerLetters(
  tx: Queryable,
  topic: string,
  replays: boolean,
  take: (orderId: string | undefined, letter: LedgerLetter) => void,
): Promise<void> {
  await tx.query(replays ? withReplays : withoutReplays);
  for (;;) {
    const { rows } = await tx.query<Row>(fetchLetters);
    if (rows.length === 0) break;
    for (const row of rows) {
      const ours = row.source_topic === topic;
      if (!ours && row.order_id === null) continue;
      take(row.order_id ?? undefined, {
        partition: ours ? row.partition : undefined,
        offset: ours ? Number(row.offset) : undefined,
        reason: row.reason ?? "",
        replayed: row.replayed,
      });
    }
  }
  await tx.query(closeLetters);
}
