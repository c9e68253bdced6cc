import type { StockChanged } from "../../order/stock-event.ts";
import { writeStockEvent } from "../../order/stock-event.ts";
import { stockEventId } from "../../order/stock-event-id.ts";
import type { Queryable } from "../../ports/database.ts";
import type { MessageSender } from "../../ports/log.ts";
import { type StockState, selectStockPage } from "./sql/select-stock-page.ts";

const pageProducts = 500;
/** Versions remembered; each takes some hundred bytes. */
const productsMax = 100_000;

/**
 * Tells topic `stock` of every product that has changed since it last told of it: the state as it is
 * now, not each step on the way. At first it tells of all. At least once, and a copy has the same id.
 */
export class StockTeller {
  readonly #database: Queryable;
  readonly #sender: MessageSender;
  readonly #told = new Map<string, number>();
  /** There are more products than it remembers: those behind are not told of. */
  cut = false;

  constructor(database: Queryable, sender: MessageSender) {
    this.#database = database;
    this.#sender = sender;
  }

  /** Another tells of them from now on, and may fall behind: the next time all is told anew. */
  forget(): void {
    this.#told.clear();
  }

  /**
   * One look at the stock.
   * @returns how many products it told of.
   */
  async tell(): Promise<number> {
    let told = 0;
    let looked = 0;
    for (let behind = ""; ; ) {
      const page = await selectStockPage(this.#database, behind, pageProducts);
      const changed = page.filter(
        ({ product_id, version }) => this.#told.get(product_id) !== version,
      );
      if (changed.length > 0) {
        if (!this.#sender.connected) await this.#sender.connect();
        await this.#sender.send(changed.map(messageOf));
        for (const { product_id, version } of changed) this.#told.set(product_id, version);
        told += changed.length;
      }
      looked += page.length;
      const last = page.at(-1);
      this.cut = looked >= productsMax;
      if (last === undefined || page.length < pageProducts || this.cut) return told;
      behind = last.product_id;
    }
  }
}

function messageOf({ product_id: productId, available, reserved, total, ...row }: StockState) {
  const state = { productId, available, reserved, total, version: row.version };
  const event: StockChanged = {
    ...{ eventId: stockEventId(state), type: "STOCK_CHANGED" },
    ...state,
    timestamp: row.updated_at.toISOString(),
  };
  return {
    key: productId,
    value: Buffer.from(writeStockEvent(event)),
    headers: { "event-id": event.eventId, "event-type": event.type },
  };
}
