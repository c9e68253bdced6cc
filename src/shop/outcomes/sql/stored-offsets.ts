import type { Queryable } from "../../../ports/database.ts";

// FOR SHARE waits for the open transaction of a former owner: what it commits is seen.
const select = {
  text: `
    SELECT partition, next_offset
    FROM shop.consumer_offsets
    WHERE group_id = $1 AND topic = $2 AND partition = ANY ($3::integer[])
    ORDER BY partition
    FOR SHARE`,
};

const peek = {
  name: "peek_shop_offsets",
  text: "SELECT partition, next_offset FROM shop.consumer_offsets WHERE group_id = $1 AND topic = $2",
};

const insert = {
  text: `
    INSERT INTO shop.consumer_offsets (group_id, topic, partition, next_offset)
    SELECT $1, $2, start.partition, start.next_offset
    FROM unnest($3::integer[], $4::bigint[]) AS start (partition, next_offset)
    ORDER BY start.partition
    ON CONFLICT (group_id, topic, partition) DO NOTHING`,
};

const move = {
  text: `
    UPDATE shop.consumer_offsets
    SET next_offset = $5
    WHERE group_id = $1 AND topic = $2 AND partition = $3 AND next_offset = $4`,
};

interface Row {
  readonly partition: number;
  readonly next_offset: number;
}

/** @returns the next offset of each of these partitions that has one, waiting for transactions that move it. */
export async function storedOffsets(
  tx: Queryable,
  group: string,
  topic: string,
  partitions: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  const { rows } = await tx.query<Row>(select, [group, topic, partitions]);
  return new Map(rows.map((row) => [row.partition, row.next_offset]));
}

/** Those of all partitions, without a lock: what open transactions write is not seen. */
export async function peekOffsets(
  database: Queryable,
  group: string,
  topic: string,
): Promise<ReadonlyMap<number, number>> {
  const { rows } = await database.query<Row>(peek, [group, topic]);
  return new Map(rows.map((row) => [row.partition, row.next_offset]));
}

/** Stores the first offset of partitions that have none: the row is the fence, it must exist. */
export async function insertOffsets(
  tx: Queryable,
  group: string,
  topic: string,
  start: ReadonlyMap<number, number>,
): Promise<void> {
  await tx.query(insert, [group, topic, [...start.keys()], [...start.values()]]);
}

/** Moves one offset from the value that was seen; another value in the meantime stays. */
export async function moveOffset(
  tx: Queryable,
  group: string,
  topic: string,
  to: { readonly partition: number; readonly seen: number; readonly next: number },
): Promise<void> {
  await tx.query(move, [group, topic, to.partition, to.seen, to.next]);
}
