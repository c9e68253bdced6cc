import { type OrderMeaning, orderMeanings } from "../mapping.ts";
import { likenessOf } from "./likeness.ts";

/** A status that was found, with how many rows have it. */
export interface StatusSeen {
  readonly value: string;
  readonly rows: number;
}

export interface StatusGuess extends StatusSeen {
  /** undefined: it may mean anything. */
  readonly meaning: OrderMeaning | undefined;
}

const wanted: Readonly<Record<OrderMeaning, readonly string[]>> = {
  reserved: [
    ...["reserved", "confirmed", "ok", "accepted", "allocated", "approved", "success"],
    ...["fulfilled", "completed", "done", "held", "bestätigt", "reserviert"],
  ],
  rejected: [
    ...["rejected", "declined", "refused", "denied", "no_stock", "out_of_stock", "sold_out"],
    ...["failed", "insufficient", "error", "abgelehnt", "ausverkauft", "backordered"],
  ],
  released: ["released", "returned", "refunded", "reversed", "restocked"],
  shipped: ["shipped", "dispatched", "delivered", "sent", "versandt"],
  cancelled: ["cancelled", "canceled", "storniert", "aborted", "void"],
  undecided: ["undecided", "new", "pending", "open", "created", "placed", "received", "waiting"],
};

/** Pure. What each status most likely means. */
export function guessStatuses(seen: readonly StatusSeen[]): readonly StatusGuess[] {
  return seen.map((status) => {
    const scores = orderMeanings.map((meaning) => ({
      meaning,
      score: likenessOf(status.value, wanted[meaning]),
    }));
    const [best, next] = scores.sort((a, b) => b.score - a.score);
    const clear = best !== undefined && best.score >= 60 && best.score - (next?.score ?? 0) > 10;
    return { ...status, meaning: clear ? best.meaning : undefined };
  });
}
