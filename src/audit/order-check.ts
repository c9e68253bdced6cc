import type { EvidencePresent } from "./database-evidence.ts";
import type { Finding } from "./finding.ts";
import type { OrderTrace } from "./order-trace.ts";

/** What a check of single orders must know besides the orders. */
export interface OrderCheckContext {
  readonly present: EvidencePresent;
  /** Known products; `undefined` when the inventory could not be read. */
  readonly available: ReadonlyMap<string, number>;
  /** True when the group had decided all it was given: what is missing then stays missing. */
  readonly drained: boolean;
  /** True when it is known that no stock arrived or was given back while the orders were decided. */
  readonly stockOnlyShrank: boolean;
}

/**
 * A check that looks at one order after the other, so that a history of millions needs no more
 * memory than one of a hundred. Pure: it sees only what it is shown.
 */
export interface OrderCheck {
  see(trace: OrderTrace): void;
  /** After the last order. */
  finding(): Finding;
}

export type StartOrderCheck = (context: OrderCheckContext) => OrderCheck;
