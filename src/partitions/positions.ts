import type { FetchedMessage, PartitionRange } from "../ports/log.ts";
import type { Slice } from "./slice.ts";

export interface Position {
  /** The next offset that may be fetched; behind it everything is queued or decided. */
  fetch: number;
  /** The next offset to decide, as the database has it. */
  decided: number;
  /** Nothing was fetched since the offset was last found to be in the log. */
  checked: boolean;
  /** What comes next is not there any more; what was fetched before is still to be decided. */
  broken: boolean;
}

/** @returns the slice from where the position stands up to `next`; the position is behind it then. */
export function takeSlice(
  position: Position,
  partition: number,
  next: number,
  messages: readonly FetchedMessage[],
): Slice {
  const slice = { partition, from: position.fetch, next, messages };
  position.fetch = next;
  position.checked = false;
  return slice;
}

/** Where each partition stands that is ours and ready; empty while taking over. */
export class Positions {
  readonly #positions = new Map<number, Position>();

  get(partition: number): Position | undefined {
    return this.#positions.get(partition);
  }

  begin(partition: number, offset: number): void {
    this.#positions.set(partition, {
      fetch: offset,
      decided: offset,
      checked: true,
      broken: false,
    });
  }

  /** @returns false when there was none. */
  forget(partition: number): boolean {
    return this.#positions.delete(partition);
  }

  clear(): void {
    this.#positions.clear();
  }

  /** @returns true when a broken one has come to where it breaks. */
  advance(partition: number, next: number): boolean {
    const position = this.#positions.get(partition);
    if (position === undefined) return false;
    if (next > position.decided) position.decided = next;
    return position.broken && position.decided >= position.fetch;
  }

  /** Partitions of which something was deleted before it was fetched. */
  deletedIn(ranges: readonly PartitionRange[]): readonly number[] {
    return ranges
      .filter(({ partition, low }) => low > (this.#positions.get(partition)?.fetch ?? low))
      .map(({ partition }) => partition);
  }

  /** For an offset commit: the next offset to decide of each. */
  decidedOffsets(): { partition: number; offset: number }[] {
    return [...this.#positions].map(([partition, { decided }]) => ({ partition, offset: decided }));
  }
}
