import type { OrderPlacer, RaceAnswer, RaceOrder } from "./place-order.ts";
import type { RoundPlan } from "./plan-race.ts";
import { SampledIds } from "./race-history.ts";

interface PlacingOptions {
  readonly placer: OrderPlacer;
  readonly plan: RoundPlan;
  readonly concurrency: number;
  readonly record: (order: RaceOrder, answer: RaceAnswer) => string | undefined;
  readonly signal: AbortSignal;
}

/** A round's orders on their way: as many at once as was asked for, none held that is answered. */
export class Placing {
  readonly #options: PlacingOptions;
  readonly #orders: Iterator<RaceOrder>;
  readonly #accepted: SampledIds;

  constructor(options: PlacingOptions) {
    this.#options = options;
    this.#orders = options.plan.orders()[Symbol.iterator]();
    this.#accepted = new SampledIds(options.plan.length);
  }

  /** Of the accepted ones, some: enough to say how far the others are. */
  get accepted(): readonly string[] {
    return this.#accepted.ids;
  }

  /** The first order; resolves when it is answered. */
  async lead(): Promise<void> {
    await this.#placeNext();
  }

  /** All others; resolves when the last one is answered. Placed no further once aborted. */
  async others(): Promise<void> {
    const { concurrency, plan, signal } = this.#options;
    const one = async () => {
      while (!signal.aborted && (await this.#placeNext()));
    };
    await Promise.all(Array.from({ length: Math.min(concurrency, plan.length) }, one));
  }

  /** @returns false when there was none left. */
  async #placeNext(): Promise<boolean> {
    const { value: order, done } = this.#orders.next();
    if (done === true) return false;
    const { placer, record } = this.#options;
    const orderId = record(order, await placer.placeOrder(order));
    if (orderId !== undefined) this.#accepted.add(orderId);
    return true;
  }
}
