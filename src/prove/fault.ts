import type { SentOrder } from "../audit/sent-order.ts";
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
export interface Fault {
  /** Words joined by hyphens, the name of its file. */
  readonly name: string;
  /** What the system does wrong, as a sentence without a full stop. */
  readonly explanation: string;
  readonly fires: readonly Alarm[];
  /** Orders and stock that it needs besides those of every world; left out: none. */
  readonly needs?: Needs;
  /** How orders get into the log; left out: as they were sent. */
  place?(world: World, orders: readonly PlacedOrder[]): Promise<readonly SentOrder[]>;
  /** Who decides them; left out: the right consumer. */
  consume?(world: World): Promise<void>;
  /** What happens to database or topic when all is decided; left out: nothing. */
  afterwards?(world: World): Promise<void>;
}

export interface Needs {
  /** Pieces that are available of further products. */
  readonly stock?: ReadonlyMap<string, number>;
  readonly orders?: readonly PlacedOrder[];
}
