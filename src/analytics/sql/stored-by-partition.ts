export interface StoredColumns {
  readonly stored_partitions: readonly number[] | null;
  readonly stored_offsets: readonly (number | string)[] | null;
}

/** @returns where the partitions stand that another owner has moved. */
export function storedByPartition(row: StoredColumns): ReadonlyMap<number, number> {
  const offsets = row.stored_offsets ?? [];
  return new Map(
    (row.stored_partitions ?? []).map((partition, index) => [partition, Number(offsets[index])]),
  );
}
