import type { PartitionRange } from "../ports/log.ts";

export interface Position {
  /** The next offset that may be fetched; behind it everything is queued or decided. */
  fetch: number;
  /** The next offset to decide, as the database has it. */
  decided: number;
  /** Nothing was fetched since the offset was last found to be in the log. */
  checked: boolean;
}

/** Where each partition stands that is ours and ready; empty while taking over. */
export class Positions {
  readonly #positions = new Map<number, Position>();

  get(partition: number): Position | undefined {
    return this.#positions.get(partition);
  }

  begin(partition: number, offset: number): void {
    this.#positions.set(partition, { fetch: offset, decided: offset, checked: true });
  }

  /** @returns false when there was none. */
  forget(partition: number): boolean {
    return this.#positions.delete(partition);
  }

  clear(): void {
    this.#positions.clear();
  }

  advance(partition: number, next: number): void {
    const position = this.#positions.get(partition);
    if (position !== undefined && next > position.decided) position.decided = next;
  }

  /** Partitions of which something was deleted before it was fetched. */
  deletedIn(ranges: readonly PartitionRange[]): readonly number[] {
    return ranges
      .filter(({ partition, low }) => low > (this.#positions.get(partition)?.fetch ?? low))
      .map(({ partition }) => partition);
  }

  /** As kafkajs wants them for an offset commit. */
  decidedOffsets(topic: string): { topic: string; partition: number; offset: string }[] {
    return [...this.#positions].map(([partition, { decided }]) => ({
      topic,
      partition,
      offset: String(decided),
    }));
  }
}
