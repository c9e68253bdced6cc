import { randomBytes } from "node:crypto";
import * as Flags from "@oclif/core/flags";
import { raceFaults } from "../audit/race/faults.ts";
import type { StartRaceOptions } from "../audit/wiring/start-race.ts";
import { Failure } from "../failure/failure.ts";
import { parseDuration } from "../ports/duration.ts";
import { type StrategyName, strategyNames } from "../ports/strategy-names.ts";
import type { OwnConsumers } from "../verify/race-own-consumers.ts";

const productsMax = 20;

/** What a race is: its orders, its rows, and how long it is waited for. */
export const raceFlags = {
  product: Flags.string({
    summary: "product that every order asks for",
    default: "PROD007",
    helpValue: "ID",
  }),
  products: Flags.string({
    exclusive: ["product"],
    summary: "several, of which each order asks for one: the first N there are, or ID,ID",
    helpValue: "N|IDS",
  }),
  orders: Flags.integer({
    summary: "orders in all, spread over the rounds",
    default: 100,
    min: 2,
    max: 1_000_000,
    helpValue: "N",
  }),
  rounds: Flags.integer({
    summary: "how often orders are fired at once",
    default: 5,
    min: 1,
    max: 100,
    helpValue: "N",
  }),
  concurrency: Flags.integer({
    summary: "orders under way at once",
    default: 256,
    min: 2,
    max: 4_096,
    helpValue: "N",
  }),
  seed: Flags.string({
    summary:
      "what the rounds draw partitions and products from; left out, a new one, which is shown",
    helpValue: "TEXT",
  }),
  quantity: Flags.integer({
    summary: "pieces in each order",
    default: 1,
    min: 1,
    max: 1_000_000,
    helpValue: "N",
  }),
  stock: Flags.integer({
    summary: "make N pieces available first (recorded as a movement, not set back afterwards)",
    min: 0,
    max: 1_000_000_000,
    helpValue: "N",
  }),
  "allow-writes": Flags.boolean({
    summary: "let --stock change the stock of a system that is not this project's",
    default: false,
    helpGroup: "FOREIGN SYSTEM",
  }),
  hold: Flags.boolean({
    summary:
      "hold the row (a lock, nothing is changed) until transactions meet there; --no-hold only watches",
    default: true,
    allowNo: true,
  }),
  strategy: Flags.option({
    summary:
      "race consumers of this strategy, started for it with topics and tables of their own (needs a stack of yours)",
    options: strategyNames,
    exclusive: ["topic", "group", "api-url"],
  })(),
  instances: Flags.integer({
    summary: "race so many consumers, started for it in the same way",
    min: 1,
    max: 16,
    helpValue: "N",
    exclusive: ["topic", "group", "api-url"],
  }),
  during: Flags.string({
    summary: "what happens to those consumers in every round while its orders are placed",
    options: raceFaults.map(({ name }) => name),
    helpValue: "FAULT",
  }),
  target: Flags.string({
    summary:
      "place the orders through the API, or straight into Kafka [default: http; kafka with --strategy or --instances]",
    options: ["http", "kafka"],
  }),
  timeout: Flags.string({
    summary: "longest wait for the outcomes: 30s, 5m",
    default: "60s",
    helpValue: "D",
  }),
  settle: Flags.string({
    summary:
      "how long nothing must happen before what is missing counts as lost: longer than the system's slowest decision",
    default: "10s",
    helpValue: "D",
  }),
  probe: Flags.boolean({
    summary:
      "where a silence does not say enough, send one more order and see whether it is decided; --no-probe sends none",
    default: true,
    allowNo: true,
  }),
};

/** As parsed. */
export interface RaceFlags {
  readonly product: string;
  readonly products?: string | undefined;
  readonly orders: number;
  readonly rounds: number;
  readonly concurrency: number;
  readonly seed?: string | undefined;
  readonly quantity: number;
  readonly stock?: number | undefined;
  readonly "allow-writes": boolean;
  readonly hold: boolean;
  readonly strategy?: StrategyName | undefined;
  readonly instances?: number | undefined;
  readonly during?: string | undefined;
  readonly target?: string | undefined;
  readonly timeout: string;
  readonly settle: string;
  readonly probe: boolean;
}

/** @throws Failure("usage") for what cannot be meant. */
export function raceOptionsOf(
  flags: RaceFlags,
): Omit<StartRaceOptions, "target" | "members" | "during"> {
  return {
    products: productsOf(flags),
    orders: flags.orders,
    rounds: Math.min(flags.rounds, flags.orders),
    concurrency: flags.concurrency,
    seed: flags.seed ?? randomBytes(4).toString("hex"),
    quantity: flags.quantity,
    stock: flags.stock,
    allowWrites: flags["allow-writes"],
    hold: flags.hold,
    timeoutMs: parseDuration(flags.timeout, "--timeout", { minMs: 1_000, maxMs: 86_400_000 }),
    settleMs: parseDuration(flags.settle, "--settle", { minMs: 100, maxMs: 3_600_000 }),
    probe: flags.probe,
  };
}

/**
 * What consumers a race is to start for itself; undefined: it races those that are there.
 * @param stackIsOurs whether the services are those of a stack that `orders up` started.
 * @throws Failure("usage") where that cannot be.
 */
export function ownConsumersOf(
  { strategy, instances, during, target }: RaceFlags,
  stackIsOurs: boolean,
): OwnConsumers | undefined {
  const meant = "--strategy and --instances start consumers for the race";
  if (strategy === undefined && instances === undefined) {
    if (during === undefined) return undefined;
    throw new Failure("usage", {
      what: `--during ${during} happens to consumers that the race has started`,
      meaning: "it does nothing to those that are there",
      remedy: "add --instances 2, or a --strategy",
    });
  }
  if (target === "http") {
    throw new Failure("usage", {
      what: `${meant}, with a topic of their own, and --target http places orders on another`,
      remedy: "leave out --target",
    });
  }
  if (!stackIsOurs) {
    throw new Failure("usage", {
      what: `${meant}, with topics and tables of their own, and these services are not a stack's that orders started`,
      meaning: "nothing is made on services of others",
      remedy: "run `orders up` and name no other addresses, or race the consumers that are there",
    });
  }
  return { strategy: strategy ?? "batch", instances: instances ?? 2, during };
}

function productsOf({ product, products }: RaceFlags): readonly string[] | number {
  if (products === undefined) return [product];
  const wrong = (what: string) =>
    new Failure("usage", {
      what: `--products "${products}" ${what}`,
      remedy: `give a number from 1 to ${productsMax}, or as many different ids: --products PROD001,PROD002`,
    });
  if (/^\d+$/.test(products)) {
    const count = Number(products);
    if (count >= 1 && count <= productsMax) return count;
    throw wrong("is no number of products that can be raced for");
  }
  const ids = products.split(",").map((id) => id.trim());
  if (ids.includes("")) throw wrong("has an empty id");
  if (new Set(ids).size < ids.length) throw wrong("names a product twice");
  if (ids.length > productsMax) throw wrong("names too many products");
  return ids;
}
