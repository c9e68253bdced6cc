import type { Queryable } from "../ports/database.ts";
import { peekOffsets } from "../runtime/postgres/tables/peek-offsets.ts";
import type { EvidencePresent, StoredOffsets } from "./database-evidence.ts";
import type { LogReader } from "./ports.ts";

/** @returns undefined where there is no such table, and when this group stored none for this topic. */
export async function readStoredOffsets(
  database: Queryable,
  { consumerOffsets }: EvidencePresent,
  { group, topic }: LogReader,
): Promise<StoredOffsets | undefined> {
  if (!consumerOffsets) return undefined;
  const stored = await peekOffsets(database, group, topic);
  return stored.size === 0 ? undefined : stored;
}
