import type { Queryable } from "../../ports/database.ts";
import type { OffsetStore } from "../take-over.ts";

export interface OffsetTable
  extends Pick<OffsetStore, "storedOffsets" | "insertOffsets" | "moveOffset"> {
  /** All of the group's, without a lock: what open transactions write is not seen. */
  peekOffsets(
    database: Queryable,
    group: string,
    topic: string,
  ): Promise<ReadonlyMap<number, number>>;
}

/**
 * Next offsets by group, topic and partition, in a table of ours.
 * @param table with its schema where it is not the pipeline's.
 * @param alsoMoved a second column that a move sets, too.
 */
export function offsetTable(
  table: "consumer_offsets" | "analytics.consumer_offsets" | "shop.consumer_offsets",
  alsoMoved?: "counted_to",
): OffsetTable {
  const ofGroup = `SELECT partition, next_offset FROM ${table} WHERE group_id = $1 AND topic = $2`;
  // FOR SHARE waits for the open transaction of a former owner: what it commits is seen.
  const stored = `${ofGroup} AND partition = ANY ($3::integer[]) ORDER BY partition FOR SHARE`;
  const insert = {
    text: `
      INSERT INTO ${table} (group_id, topic, partition, next_offset)
      SELECT $1, $2, start.partition, start.next_offset
      FROM unnest($3::integer[], $4::bigint[]) AS start (partition, next_offset)
      ORDER BY start.partition
      ON CONFLICT (group_id, topic, partition) DO NOTHING`,
  };
  const move = {
    text: `
      UPDATE ${table} SET next_offset = $5${alsoMoved === undefined ? "" : `, ${alsoMoved} = $5`}
      WHERE group_id = $1 AND topic = $2 AND partition = $3 AND next_offset = $4`,
  };

  async function read(database: Queryable, text: string, values: readonly unknown[]) {
    const { rows } = await database.query<{ partition: number; next_offset: number }>(
      { text },
      values,
    );
    return new Map(rows.map((row) => [row.partition, row.next_offset]));
  }

  return {
    peekOffsets: (database, group, topic) => read(database, ofGroup, [group, topic]),
    storedOffsets: (tx, group, topic, partitions) => read(tx, stored, [group, topic, partitions]),
    async insertOffsets(tx, group, topic, start) {
      await tx.query(insert, [group, topic, [...start.keys()], [...start.values()]]);
    },
    async moveOffset(tx, group, topic, { partition, seen, next }) {
      await tx.query(move, [group, topic, partition, seen, next]);
    },
  };
}
