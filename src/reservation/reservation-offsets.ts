import type { OffsetStore } from "../partitions/take-over.ts";
import { replaceLog, storedLog } from "./sql/stored-log.ts";
import { insertOffsets, moveOffset, storedOffsets } from "./sql/stored-offsets.ts";
import { forgetUndecodable } from "./sql/undecodable-batches.ts";

/** The reservation's offsets: `consumer_groups` and `consumer_offsets`. */
export const reservationOffsets: OffsetStore = {
  ...{ storedLog, replaceLog, storedOffsets, insertOffsets, moveOffset },
  forgetLog: forgetUndecodable,
};
