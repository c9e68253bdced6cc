import { lineAmount } from "../../order/money.ts";
import { type RaceNames, raceNames } from "../mapping/race-names.ts";
import { drawFrom, roundSeed } from "./draw.ts";
import type { RaceOrder } from "./place-order.ts";

export interface RacePlan {
  /** Sets this race's customers and keys apart from every other's. */
  readonly raceId: string;
  /** What each round draws its products and partitions from. */
  readonly seed: string;
  /** At least one. */
  readonly products: readonly RaceProduct[];
  /** Pieces per order. */
  readonly quantity: number;
  readonly orders: number;
  readonly rounds: number;
  /** Of the topic. */
  readonly partitions: number;
  /** Where a message of this key lands. */
  readonly partitionOf: (key: string, partitions: number) => number;
  readonly placedAtMs: number;
  /** What customers and orders are called; undefined: as this project can keep them. */
  readonly names?: RaceNames;
}

export interface RaceProduct {
  readonly productId: string;
  readonly unitPrice: number;
}

export interface RoundPlan {
  readonly seed: string;
  /** Whose row is raced for: each product's in turn. */
  readonly productId: string;
  readonly length: number;
  /** Made as they are taken: a round of a million holds one. The first is for `productId`. */
  orders(): Iterable<RaceOrder>;
}

/** Names tried for one that lands where it should: of 50 partitions, one in 10^9 misses them all. */
const namesPerPartition = 20;

/**
 * Pure: all orders of a race, by round; rounds differ by one order at most. Each order has a
 * customer of its own: messages are keyed by customer, and only orders on different partitions can
 * be in two transactions at once. A seed says which orders meet on a partition, and for what.
 */
export function planRace(plan: RacePlan): readonly RoundPlan[] {
  return Array.from({ length: plan.rounds }, (_, round) => {
    const from = Math.floor((round * plan.orders) / plan.rounds);
    const to = Math.floor(((round + 1) * plan.orders) / plan.rounds);
    const seed = roundSeed(plan.seed, round);
    const hot = plan.products[round % plan.products.length] as RaceProduct;
    return {
      seed,
      productId: hot.productId,
      length: to - from,
      *orders() {
        const draw = drawFrom(seed);
        for (let number = from; number < to; number++) {
          const product = plan.products[draw(plan.products.length)] as RaceProduct;
          const partition = draw(plan.partitions);
          yield orderOf(plan, number === from ? hot : product, `${number + 1}`, partition);
        }
      },
    };
  });
}

/** Pure: one more order like those of the race, for when they are waited for. */
export function probeOrder(
  plan: RacePlan,
  number: number,
  partition: number | undefined,
): RaceOrder {
  return orderOf(plan, plan.products[0] as RaceProduct, `probe-${number}`, partition);
}

function orderOf(
  plan: RacePlan,
  { productId, unitPrice }: RaceProduct,
  name: string,
  partition: number | undefined,
): RaceOrder {
  const amount = lineAmount(plan.quantity, unitPrice);
  const customerId = nameIn(plan, name, partition);
  return {
    orderId: namesOf(plan).orderId(name, customerId),
    customerId,
    idempotencyKey: customerId,
    lines: [{ productId, quantity: plan.quantity, amount }],
    amount,
    placedAtMs: plan.placedAtMs,
  };
}

/** A customer whose messages land in the partition, as far as that can be chosen. */
function nameIn(plan: RacePlan, name: string, partition: number | undefined): string {
  const { partitions, partitionOf } = plan;
  const names = namesOf(plan);
  const first = names.customerId(name, 0);
  if (partition === undefined) return first;
  for (let attempt = 0; attempt < namesPerPartition * partitions; attempt++) {
    const tried = attempt === 0 ? first : names.customerId(name, attempt);
    if (partitionOf(tried, partitions) === partition) return tried;
  }
  return first;
}

function namesOf({ names, raceId }: RacePlan): RaceNames {
  return names ?? raceNames(raceId, undefined, "uuid");
}
