import { recordedLog } from "../partitions/sql/recorded-log.ts";
import type { OffsetStore } from "../partitions/take-over.ts";
import { insertOffsets, moveOffset, storedOffsets } from "./sql/stored-offsets.ts";
import { forgetUndecodable } from "./sql/undecodable-batches.ts";

/** The reservation's offsets: `consumer_groups` and `consumer_offsets`. */
export const reservationOffsets: OffsetStore = {
  ...recordedLog("consumer_groups"),
  ...{ storedOffsets, insertOffsets, moveOffset },
  forgetLog: forgetUndecodable,
};
