import type { PartitionRange } from "../ports/log.ts";
import type { OriginsBaseline } from "./row-origins.ts";
import type { LostOrders } from "./settle/lost-by.ts";

/** Which of the optional evidence this database has at all. */
export interface EvidencePresent {
  readonly orderLines: boolean;
  readonly rejectionDetail: boolean;
  readonly deadLetters: boolean;
  readonly consumerOffsets: boolean;
  readonly stockMovements: boolean;
}

/** One product, all figures in pieces, all of one moment. undefined: the database does not say. */
export interface ProductEvidence {
  readonly productId: string;
  /** undefined as a whole when orders name a product that the inventory does not have. */
  readonly stock: Stock | undefined;
  /** Σ quantity of the order rows with status `reserved`. */
  readonly reservedByOrders: number;
  /** Pieces that orders held and gave back when they were cancelled; none where it is left out. */
  readonly releasedByOrders?: number;
  /** Pieces that orders held until they left with them; none where it is left out. */
  readonly shippedByOrders?: number;
  /** Σ stock_movements.delta_total. */
  readonly movedTotal: number | undefined;
  /** Σ stock_movements.delta_available. */
  readonly movedAvailable?: number | undefined;
}

export interface Stock {
  readonly available: number;
  readonly reserved: number | undefined;
  readonly total: number | undefined;
}

/** The next offset to decide, by partition, as the consumer stored it with its effects. */
export type StoredOffsets = ReadonlyMap<number, number>;

/** Everything but the orders' traces: one moment of the database, and the log just before it. */
export interface Evidence {
  readonly present: EvidencePresent;
  readonly products: readonly ProductEvidence[];
  /** undefined: no table, or no row of this group and topic. */
  readonly storedOffsets: StoredOffsets | undefined;
  /** The log that had to be decided, read before the database's moment. */
  readonly log: readonly PartitionRange[];
  readonly baseline: Baseline | undefined;
  /** True when the group had decided all it was given: what is missing then stays missing. */
  readonly drained: boolean;
  /** Which orders without an outcome are lost, and how that is known; undefined: as `drained` says. */
  readonly lost?: LostOrders | undefined;
}

/** Where a run began. */
export interface Baseline {
  readonly products: readonly ProductEvidence[];
  readonly log: readonly PartitionRange[];
  /** undefined: not noted. */
  readonly origins?: OriginsBaseline;
}
