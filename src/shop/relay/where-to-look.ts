/**
 * Ids are given before the commit: what commits for longer than this after it was given its id is
 * found by a look at the whole outbox only.
 */
const settledAfterMs = 500;
const wholeEveryMs = 250;
/** Looking at the whole outbox takes at most a tenth of the time, however many dead rows are in it. */
const wholeShare = 10;

export interface Look {
  /** Only events with larger ids. */
  readonly afterId: number;
  readonly startedAtMs: number;
}

/**
 * Pure. From where on the outbox is looked through: behind a full batch goes the next; where the end
 * was reached, from what is a moment old; now and then from the beginning. (While somebody holds an
 * old snapshot, the index of open events keeps all that were sent since then. To walk over them at
 * each look would cost more than publishing.)
 */
export class WhereToLook {
  #behind: number | undefined;
  #top = 0;
  #tops: { readonly atMs: number; readonly id: number }[] = [];
  #wholeDueMs = Number.NEGATIVE_INFINITY;

  next(nowMs: number): Look {
    if (nowMs >= this.#wholeDueMs) return { afterId: 0, startedAtMs: nowMs };
    return { afterId: this.#behind ?? this.#settledTop(nowMs), startedAtMs: nowMs };
  }

  /** @param lastId of what the look found. @param full there may be more behind it. */
  looked(
    { afterId, startedAtMs }: Look,
    nowMs: number,
    lastId: number | undefined,
    full: boolean,
  ): void {
    if (afterId === 0)
      this.#wholeDueMs = nowMs + Math.max(wholeEveryMs, wholeShare * (nowMs - startedAtMs));
    this.#behind = full ? lastId : undefined;
    if (lastId === undefined || lastId <= this.#top) return;
    this.#top = lastId;
    const previous = this.#tops.at(-1);
    // A handful of moments is enough: ten in the time that matters.
    if (previous === undefined || nowMs - previous.atMs > settledAfterMs / 10)
      this.#tops.push({ atMs: nowMs, id: lastId });
  }

  /** Something that was passed by is to be found again, soon. */
  lookAtAll(): void {
    this.#behind = undefined;
    this.#wholeDueMs = Number.NEGATIVE_INFINITY;
  }

  #settledTop(nowMs: number): number {
    while (this.#tops.length > 1 && nowMs - (this.#tops[1]?.atMs ?? nowMs) > settledAfterMs)
      this.#tops.shift();
    const [oldest] = this.#tops;
    return oldest !== undefined && nowMs - oldest.atMs > settledAfterMs ? oldest.id : 0;
  }
}
