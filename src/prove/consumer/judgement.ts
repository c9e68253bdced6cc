/** What became of an order. */
export type Judgement =
  | { readonly status: "reserved" }
  | {
      readonly status: "rejected";
      readonly reason: "insufficient_stock" | "unknown_product";
      readonly productId: string;
      readonly wanted: number;
      readonly available: number;
    };

/** Available pieces by product; a product that is not there is not stocked. */
export type Stock = ReadonlyMap<string, number>;
