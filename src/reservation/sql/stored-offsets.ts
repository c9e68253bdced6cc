import { offsetTable } from "../../partitions/sql/offset-table.ts";

/** How far the reservation has decided; whoever only looks at it has runtime/postgres/tables/peek-offsets. */
export const { storedOffsets, insertOffsets, moveOffset } = offsetTable("consumer_offsets");
