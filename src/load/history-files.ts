import type { Counts } from "./counts.ts";
import type { HistoryEntry } from "./history.ts";
import { readHistoryPieces } from "./history-reader.ts";

/**
 * The histories of loads, one after the other, where they were written. Read as often as is needed,
 * an order at a time: however many there are, none is held.
 */
export class HistoryFiles implements AsyncIterable<HistoryEntry> {
  readonly #paths: string[] = [];
  #offered = 0;
  #acked = 0;
  #cut = false;

  /** A file ended within a line, as on a full disk or in a copy of a part: known once it was read. */
  get cut(): boolean {
    return this.#cut;
  }

  get offered(): number {
    return this.#offered;
  }

  get acked(): number {
    return this.#acked;
  }

  /** @param counts of the load that wrote it. */
  add(path: string, { offered, acked }: Pick<Counts, "offered" | "acked">): this {
    this.#paths.push(path);
    this.#offered += offered;
    this.#acked += acked;
    return this;
  }

  /**
   * The same where nobody counted, as after a kill: the file is read for it.
   * @throws Failure("usage") when it cannot be read.
   */
  async addCounted(path: string): Promise<this> {
    let offered = 0;
    let acked = 0;
    for await (const entries of readHistoryPieces(path)) {
      offered += entries.length;
      for (const { state } of entries) if (state === "acked") acked++;
    }
    return this.add(path, { offered, acked });
  }

  /** @throws Failure("usage") when a file cannot be read. */
  async *[Symbol.asyncIterator](): AsyncGenerator<HistoryEntry> {
    for (const path of this.#paths) {
      const pieces = readHistoryPieces(path, ({ cut }) => {
        this.#cut ||= cut;
      });
      for await (const entries of pieces) for (const entry of entries) yield entry;
    }
  }
}
