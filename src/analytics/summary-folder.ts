export interface SummaryFolderOptions {
  /** Folds so many batches at most; returns how many. */
  readonly fold: (batches: number) => Promise<number>;
  readonly log: (line: string) => void;
}

/** Many at once, so that a row that many of them change is changed once. */
const foldBatches = 32;
/** So many may wait: a reader of the view adds them up. */
const waitingMax = 2 * foldBatches;

/**
 * Sees to it that what batches add to order_summary is folded soon: after so many batches, and at
 * every tick. The view is exact all the while, so nothing is lost with it.
 */
export class SummaryFolder {
  readonly #options: SummaryFolderOptions;
  /** What a former process left is folded first. */
  #waiting = 1;
  #folding: Promise<void> | undefined;
  #saidTrouble = false;

  constructor(options: SummaryFolderOptions) {
    this.#options = options;
  }

  /** A batch was committed. Resolves when there may be another: folding may not fall behind. */
  async added(): Promise<void> {
    this.#waiting++;
    if (this.#waiting >= foldBatches) void this.tick();
    if (this.#waiting >= waitingMax) await this.#folding;
  }

  /** Folds what waits, if it does not already. */
  tick(): Promise<void> {
    if (this.#waiting === 0) return Promise.resolve();
    this.#folding ??= this.#fold().finally(() => {
      this.#folding = undefined;
    });
    return this.#folding;
  }

  async #fold(): Promise<void> {
    const { fold, log } = this.#options;
    try {
      // What is added meanwhile is of the next round.
      this.#waiting = 0;
      while ((await fold(foldBatches)) >= foldBatches);
      this.#saidTrouble = false;
    } catch (error) {
      this.#waiting = Math.max(1, this.#waiting);
      if (this.#saidTrouble) return;
      this.#saidTrouble = true;
      const why = error instanceof Error ? error.message : String(error);
      log(`order_summary is not folded (${why}): it stays exact, and reading it gets slower`);
    }
  }
}
