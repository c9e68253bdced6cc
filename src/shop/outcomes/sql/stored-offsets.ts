import { offsetTable } from "../../../partitions/sql/offset-table.ts";

/** How far the shop has read what became of its orders. */
export const { peekOffsets, storedOffsets, insertOffsets, moveOffset } =
  offsetTable("shop.consumer_offsets");
