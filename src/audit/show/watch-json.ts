import type { ProductEvidence } from "../database-evidence.ts";
import { disagreements } from "../stock-agreement.ts";
import { type LawWatch, type WatchedSnapshot, watchVerdict } from "../watch/law-watch.ts";

/** One snapshot, a line of --json-lines. */
export interface SnapshotJson {
  readonly event: "snapshot";
  readonly number: number;
  /** By the server's clock. */
  readonly at: string;
  readonly orders: number;
  readonly reserved: number;
  readonly available: number;
  /** Everything was counted; else only what was written lately, beside sums that were kept. */
  readonly complete: boolean;
  readonly broken: readonly string[];
  /** Since the snapshot before; null for the first. */
  readonly interval_ms: number | null;
  /** So far, of a core. */
  readonly core_share: number;
}

interface ProductFigures {
  readonly product_id: string;
  readonly available: number | null;
  readonly reserved: number | null;
  readonly total: number | null;
  readonly reserved_by_orders: number;
}

/** `orders audit watch --json`. */
export interface WatchJson {
  readonly verdict: "consistent" | "violated" | "inconclusive";
  readonly reason: string;
  readonly began_at: string;
  readonly ended_at: string;
  readonly snapshots: number;
  readonly complete_counts: number;
  /** From the beginning of one snapshot to the next; null: there was only one. */
  readonly interval_ms: {
    readonly asked: number;
    readonly mean: number | null;
    readonly longest: number | null;
  };
  readonly core_share: { readonly most: number; readonly used: number };
  readonly moved: boolean;
  readonly orders: number | null;
  readonly break: null | {
    readonly at: string;
    readonly products: readonly (ProductFigures & {
      readonly disagreements: readonly string[];
      /** At the last good snapshot; null: there was none, or no such product then. */
      readonly before: ProductFigures | null;
    })[];
    /** null: it was broken in the first snapshot. */
    readonly last_good_at: string | null;
    /** Rows of these products written in between, those that make the difference first. */
    readonly orders: readonly {
      readonly order_id: string;
      readonly product_id: string;
      readonly quantity: number;
      readonly status: string;
      readonly transaction: number;
      readonly makes_the_difference: boolean;
    }[];
    readonly order_rows: number;
  };
}

export function snapshotJson({ number, snapshot, share, pace }: WatchedSnapshot): SnapshotJson {
  const { products, moment, orders, complete, broken } = snapshot;
  const sum = (pick: (product: ProductEvidence) => number | undefined) =>
    products.reduce((total, product) => total + (pick(product) ?? 0), 0);
  return {
    event: "snapshot",
    number,
    at: iso(moment.atMs),
    orders,
    reserved: sum(({ reservedByOrders }) => reservedByOrders),
    available: sum(({ stock }) => stock?.available),
    complete,
    broken: broken.map(({ productId }) => productId),
    interval_ms: rounded(pace.lastMs),
    core_share: Math.round(share * 10_000) / 10_000,
  };
}

export function watchJson(watch: LawWatch): WatchJson {
  const { began, ended, snapshots, completeCounts, pace, coreMax, share, moved, last } = watch;
  return {
    ...watchVerdict(watch),
    began_at: began.toISOString(),
    ended_at: ended.toISOString(),
    snapshots,
    complete_counts: completeCounts,
    interval_ms: {
      asked: pace.askedMs,
      mean: rounded(pace.meanMs),
      longest: rounded(pace.longestMs),
    },
    core_share: { most: coreMax, used: Math.round(share * 10_000) / 10_000 },
    moved,
    orders: last?.orders ?? null,
    break: breakJson(watch),
  };
}

function breakJson({ last }: LawWatch): WatchJson["break"] {
  if (last === undefined || last.broken.length === 0) return null;
  const { around } = last;
  const before = new Map(around?.before.map((product) => [product.productId, product]));
  return {
    at: iso(last.moment.atMs),
    products: last.broken.map((product) => {
      const then = before.get(product.productId);
      return {
        ...figures(product),
        disagreements: disagreements(product),
        before: then === undefined ? null : figures(then),
      };
    }),
    last_good_at: around === undefined ? null : iso(around.sinceMs),
    orders: (around?.rows ?? []).map(({ orderId, productId, fits, ...row }) => ({
      order_id: orderId,
      product_id: productId,
      ...row,
      makes_the_difference: fits,
    })),
    order_rows: around?.count ?? 0,
  };
}

function figures({ productId, stock, reservedByOrders }: ProductEvidence): ProductFigures {
  return {
    product_id: productId,
    available: stock?.available ?? null,
    reserved: stock?.reserved ?? null,
    total: stock?.total ?? null,
    reserved_by_orders: reservedByOrders,
  };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

function rounded(ms: number | undefined): number | null {
  return ms === undefined ? null : Math.round(ms);
}
