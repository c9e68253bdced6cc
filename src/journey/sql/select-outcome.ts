import type { Queryable, Statement } from "../../ports/database.ts";

// Tables of others have no line_no, no reason, no source.
const selectLines: Statement = {
  text: `SELECT o.status, o.product_id, to_jsonb(o) ->> 'rejection_reason' AS reason,
         to_jsonb(o) -> 'rejection_detail' AS detail,
         (to_jsonb(o) ->> 'source_partition')::int AS partition,
         (to_jsonb(o) ->> 'source_offset')::bigint AS "offset"
    FROM orders o WHERE o.order_id = $1 ORDER BY (to_jsonb(o) ->> 'line_no')::int NULLS FIRST LIMIT 1`,
};
const findLetters: Statement = { text: "SELECT to_regclass('dead_letters') IS NOT NULL AS there" };
const selectLetter: Statement = {
  text: `SELECT reason, detail, source_partition AS partition, source_offset AS "offset" FROM dead_letters
    WHERE source_topic = $1
      AND (order_id = $2 OR (source_partition = $3 AND source_offset = $4))
    ORDER BY dead_letter_id DESC LIMIT 1`,
};

interface LineRow {
  readonly status: string;
  readonly product_id: string;
  readonly reason: string | null;
  readonly detail: { readonly wanted?: number; readonly available?: number } | null;
  readonly partition: number | null;
  readonly offset: number | null;
}

interface LetterRow {
  readonly reason: string;
  readonly detail: string;
  readonly partition: number;
  readonly offset: number;
}

export interface OrderOutcome {
  /** reserved, rejected or dead_lettered; another program's word for it. */
  readonly outcome: string;
  /** A stable word; null where it needs none. */
  readonly reason: string | null;
  /** What was wanted and what there was, or why it can never be decided. */
  readonly detail: string | null;
  readonly partition: number | null;
  readonly offset: number | null;
}

export interface OrderSought {
  readonly orderId: string;
  readonly topic: string;
  /** Where the message stands, once it is known. */
  readonly at: { readonly partition: number; readonly offset: number } | undefined;
}

/** @returns undefined while nothing is committed. */
export async function readOutcome(
  database: Queryable,
  { orderId, topic, at }: OrderSought,
): Promise<OrderOutcome | undefined> {
  const [line] = (await database.query<LineRow>(selectLines, [orderId])).rows;
  if (line !== undefined) {
    const { status, reason, detail, partition, offset } = line;
    const short =
      detail?.wanted === undefined
        ? null
        : `wanted ${detail.wanted}, available ${detail.available}`;
    return { outcome: status, reason, detail: short, partition, offset };
  }
  const [letters] = (await database.query<{ there: boolean }>(findLetters)).rows;
  if (letters?.there !== true) return undefined;
  const values = [topic, orderId, at?.partition ?? null, at?.offset ?? null];
  const [letter] = (await database.query<LetterRow>(selectLetter, values)).rows;
  return letter && { outcome: "dead_lettered", ...letter };
}
