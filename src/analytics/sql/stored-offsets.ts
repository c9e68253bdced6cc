import { offsetTable } from "../../partitions/sql/offset-table.ts";

/**
 * How far the analytics have counted. What stood before a move is another log's, or gone: what is read
 * from there on was not counted by its offset.
 */
export const { peekOffsets, storedOffsets, insertOffsets, moveOffset } = offsetTable(
  "analytics.consumer_offsets",
  "counted_to",
);
