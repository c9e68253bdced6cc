import type { Slice } from "../partitions/slice.ts";
import type { Database } from "../ports/database.ts";
import type { CountingWork } from "./count-slices.ts";
import { refusedMessage } from "./event-work.ts";
import { readStock } from "./read-stock.ts";
import { recordStock } from "./sql/record-stock.ts";

export interface StockWorkOptions {
  readonly database: Database;
  readonly group: string;
  readonly topic: string;
  readonly lowPercent: number;
}

/** The stock's events of slices: a state each, so nothing has to be known of those before. */
export function stockWork(slices: readonly Slice[], options: StockWorkOptions): CountingWork {
  const { database, ...where } = options;
  let read = readStock(slices);
  return {
    async record() {
      const result = await recordStock(database, { ...where, slices, ...read });
      if (result.kind === "fenced") return result;
      const counts = { counted: read.events, duplicates: 0, dead: result.dead };
      return { kind: "committed", counts };
    },
    setAside(cause) {
      if (read.events === 0) return false;
      const dead = slices.flatMap(({ partition, messages }) =>
        messages.map((message) => refusedMessage(partition, message, cause)),
      );
      read = { changed: [], requested: [], dead, events: 0 };
      return true;
    },
  };
}
