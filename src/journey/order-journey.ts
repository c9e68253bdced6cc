export interface StockSeen {
  readonly available: number;
  readonly reserved: number | null;
}

/** What `orders order --json` prints. Times are milliseconds since the order was sent; null: not seen. */
export interface OrderJourney {
  readonly order_id: string;
  readonly customer_id: string;
  readonly product_id: string;
  readonly quantity: number;
  readonly amount: number;
  readonly sent_at: string;
  readonly sent_to: string;
  /** accepted: in the log of all in-sync replicas; unknown: no answer said so. */
  readonly answer: {
    readonly state: "accepted" | "unknown";
    readonly text: string;
    readonly at_ms: number;
  };
  /** Where the message stands; null when it was not seen, or Kafka could not be asked. */
  readonly log: {
    readonly topic: string;
    readonly partition: number;
    readonly offset: number;
    readonly seen_at_ms: number | null;
  } | null;
  /** Why the log was not looked at. */
  readonly log_unknown: string | null;
  /** reserved, rejected, dead_lettered, or undecided when the time was over. */
  readonly outcome: string;
  readonly reason: string | null;
  readonly detail: string | null;
  /** When its committed row was seen. */
  readonly decided_at_ms: number | null;
  /** Of the product, before and after; other orders may have changed it, too. null: no such product. */
  readonly stock: { readonly before: StockSeen | null; readonly after: StockSeen | null };
}
