import type { SentOrder } from "../audit/sent-order.ts";
import type { ShopWorld } from "./shop/shop-world.ts";
import type { Tell } from "./shop/small-relay.ts";
import type { PlacedOrder } from "./workload.ts";
import type { World } from "./world.ts";

/** A check that must fire at a fault, and why just this one. */
export interface Alarm {
  /** Name of the check. */
  readonly check: string;
  readonly because: string;
}

/**
 * A system that is broken in one way, and the checks that must say so: said before it is run. Every
 * other check must stay silent.
 */
export type Fault = PipelineFault | ShopFault;

interface About {
  /** Words joined by hyphens, the name of its file. */
  readonly name: string;
  /** What the system does wrong, as a sentence without a full stop. */
  readonly explanation: string;
  readonly fires: readonly Alarm[];
}

/** Of a pipeline, read as `orders audit ledger` reads it. */
export interface PipelineFault extends About {
  readonly of: "pipeline";
  /** Orders and stock that it needs besides those of every world; left out: none. */
  readonly needs?: Needs;
  /** How orders get into the log; left out: as they were sent. */
  place?(world: World, orders: readonly PlacedOrder[]): Promise<readonly SentOrder[]>;
  /** Who decides them; left out: the right consumer. */
  consume?(world: World): Promise<void>;
  /** What happens to database or topic when all is decided; left out: nothing. */
  afterwards?(world: World): Promise<void>;
}

/** Of a shop, read as `orders audit outbox`, `analytics` and `shop` read it. */
export interface ShopFault extends About {
  readonly of: "shop";
  /** What happens to its orders before anything is published; left out: nothing. */
  beforehand?(world: ShopWorld): Promise<void>;
  /** What the relay publishes of what waits; left out: all of it, in its order. */
  readonly tell?: Tell;
  /** What the counter does otherwise than the right one. */
  count?(world: ShopWorld): Promise<void>;
  /** What happens when all is decided and counted; left out: nothing. */
  afterwards?(world: ShopWorld): Promise<void>;
}

export interface Needs {
  /** Pieces that are available of further products. */
  readonly stock?: ReadonlyMap<string, number>;
  readonly orders?: readonly PlacedOrder[];
}
