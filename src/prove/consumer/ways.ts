import type { Database, Queryable } from "../../ports/database.ts";
import type { LogMessage } from "../../ports/log.ts";
import { advanceOffset } from "../sql/advance-offset.ts";
import { insertDeadLetter } from "../sql/insert-dead-letter.ts";
import { insertLine } from "../sql/insert-line.ts";
import { lockStock } from "../sql/lock-stock.ts";
import { orderIsKnown } from "../sql/order-is-known.ts";
import { takePieces } from "../sql/take-pieces.ts";
import { type Asked, readAsked, type Unreadable } from "./asked.ts";
import type { Judgement, Stock } from "./judgement.ts";

/** Where a message comes from, and whose offsets are stored. */
export interface Source {
  readonly topic: string;
  readonly group: string;
}

/**
 * How the small consumer does what it does, step by step: a broken one is the right one with one step
 * done otherwise.
 */
export interface Ways {
  read(message: LogMessage): Asked | Unreadable;
  isKnown(tx: Queryable, asked: Asked): Promise<boolean>;
  /** What there is of these products, and stays so until the transaction ends. */
  look(tx: Queryable, productIds: readonly string[]): Promise<Stock>;
  judge(asked: Asked, stock: Stock): Judgement;
  write(tx: Queryable, asked: Asked, judgement: Judgement): Promise<void>;
  take(tx: Queryable, asked: Asked, stock: Stock): Promise<void>;
  bury(tx: Queryable, message: LogMessage, what: Unreadable, source: Source): Promise<void>;
  /** One message after the other; of several partitions at once. */
  deliver(
    database: Database,
    message: LogMessage,
    decide: (tx: Queryable) => Promise<void>,
    source: Source,
  ): Promise<void>;
}

/** Locks first, writes everything in one transaction with the offset: nothing is wrong with it. */
export const right: Ways = {
  read: readAsked,
  isKnown: (tx, { orderId }) => orderIsKnown(tx, orderId),
  look: lockStock,
  judge({ lines }, stock) {
    const wanted = piecesOf(lines);
    for (const [productId, pieces] of wanted) {
      const available = stock.get(productId);
      if (available === undefined)
        return rejected("unknown_product", { productId, wanted: pieces, available: 0 });
      if (available < pieces)
        return rejected("insufficient_stock", { productId, wanted: pieces, available });
    }
    return { status: "reserved" };
  },
  async write(tx, asked, judgement) {
    for (const index of asked.lines.keys()) await insertLine(tx, asked, index, judgement);
  },
  async take(tx, { lines }) {
    for (const [productId, pieces] of piecesOf(lines)) await takePieces(tx, productId, pieces);
  },
  bury: (tx, message, { why: detail }, source) =>
    insertDeadLetter(tx, message, { reason: "not_json", detail }, source),
  deliver: (database, message, decide, source) =>
    database.transaction(async (tx) => {
      await decide(tx);
      await advanceOffset(tx, source, message);
    }),
};

/** What a consumer does with one message, its offset apart. */
export async function decideMessage(
  tx: Queryable,
  message: LogMessage,
  ways: Ways,
  source: Source,
): Promise<void> {
  const asked = ways.read(message);
  if ("why" in asked) return ways.bury(tx, message, asked, source);
  if (await ways.isKnown(tx, asked)) return;
  const stock = await ways.look(tx, [...piecesOf(asked.lines).keys()].sort());
  const judgement = ways.judge(asked, stock);
  await ways.write(tx, asked, judgement);
  if (judgement.status === "reserved") await ways.take(tx, asked, stock);
}

/** Of each product, all lines together. */
export function piecesOf(lines: Asked["lines"]): ReadonlyMap<string, number> {
  const pieces = new Map<string, number>();
  for (const { productId, quantity } of lines)
    pieces.set(productId, (pieces.get(productId) ?? 0) + quantity);
  return pieces;
}

function rejected(
  reason: "insufficient_stock" | "unknown_product",
  detail: { readonly productId: string; readonly wanted: number; readonly available: number },
): Judgement {
  return { status: "rejected", reason, ...detail };
}
