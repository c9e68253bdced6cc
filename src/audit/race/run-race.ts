import { Failure } from "../../failure/failure.ts";
import type { Database } from "../../ports/database.ts";
import type { Narrator } from "../../ports/narrator.ts";
import { type Audit, auditOrders } from "../audit-orders.ts";
import type { Baseline } from "../database-evidence.ts";
import { counted, type Finding, unknown } from "../finding.ts";
import { raceNames } from "../mapping/race-names.ts";
import type { AuditSources } from "../ports.ts";
import type { LimitedStock, Overlap } from "../race-evidence.ts";
import { readBaseline } from "../read-baseline.ts";
import { type AuditedSchema, readSchema } from "../read-schema.ts";
import { noCounts } from "../run-counts.ts";
import { acceptedIds, type SentOrder } from "../sent-order.ts";
import type { Probe } from "../settle/probe-group.ts";
import { someProductIds, unitPriceOf } from "../sql/select-product.ts";
import { readStockTimeline, type StockTimeline } from "../sql/select-stock-timeline.ts";
import { setAvailableStock } from "../sql/set-available-stock.ts";
import { undecidedAmong } from "../undecided-among.ts";
import { verdictOf } from "../verdict.ts";
import { type WaitResult, waitUntilDecided } from "../wait-until-decided.ts";
import { overlapOf } from "./overlap-of.ts";
import type { OrderPlacer } from "./place-order.ts";
import {
  planRace,
  probeOrder,
  type RacePlan,
  type RaceProduct,
  type RoundPlan,
} from "./plan-race.ts";
import { RaceHistory } from "./race-history.ts";
import { type Round, runRound } from "./run-round.ts";
import { settleRound } from "./settle-round.ts";

export interface RaceOptions {
  /** Sets this race's customers apart from every other's. */
  readonly raceId: string;
  /** What the rounds draw from: any text. */
  readonly seed: string;
  /** At least one; each round races for the row of one of them, in turn. */
  readonly products: readonly string[];
  /** Orders of the whole race, spread over the rounds. */
  readonly orders: number;
  readonly rounds: number;
  /** Orders under way at once, at most. */
  readonly concurrency: number;
  /** Pieces per order. */
  readonly quantity: number;
  /** Pieces of each product to make available before the first round; undefined leaves the stock as it is. */
  readonly stock: number | undefined;
  /** Whether that may be done to a system of another make. */
  readonly allowWrites?: boolean;
  /** Hold the row until transactions meet there. */
  readonly hold: boolean;
  /** Longest time for which a round holds the row. Keep it below the consumers' lock timeouts. */
  readonly holdMsMax: number;
  /** Longest wait for the outcomes, after the last round. */
  readonly timeoutMs: number;
  /** How long nothing may happen before what is missing counts as lost. */
  readonly settleMs: number;
  /** Whether one more order may be sent where a silence alone does not say what became of the others. */
  readonly probe: boolean;
  /** Begins a fault; what it returns ends it. Once in every round, while its orders are placed. */
  readonly during?: (() => Promise<() => Promise<void>>) | undefined;
}

export interface RaceRun extends Audit {
  readonly products: readonly string[];
  readonly overlap: Overlap;
  /** The rounds' seeds, in their order. */
  readonly seeds: readonly string[];
  /** Pieces available before --stock changed them, by product; undefined when it did not. */
  readonly stockBefore: ReadonlyMap<string, number> | undefined;
  /** Answers other than an acceptance, and how often each came. */
  readonly answers: ReadonlyMap<string, number>;
  /** undefined when the race was not run. */
  readonly wait: WaitResult | undefined;
  /** Of the first product; undefined where the tables do not say when. */
  readonly timeline?: StockTimeline | undefined;
}

/**
 * The race: many orders for one product at once, at a row that is held until transactions meet
 * there, then everything reconciled by order id. Memory does not grow with the orders.
 * @throws Failure("usage") for an unknown product; the signal's reason when aborted. The row is free
 *   in every case.
 */
export async function runRace(
  sources: AuditSources,
  placer: OrderPlacer,
  options: RaceOptions,
  narrator: Narrator,
  signal: AbortSignal,
): Promise<RaceRun> {
  const { database, log } = sources;
  const schema = await readSchema(database, sources.mapping);
  const products = await pricesOf(database, options.products, schema);
  const group = await narrator.step("Looking for consumers", () => log.groupState());
  if (group.members === 0) return notRun(options, noConsumer(log.group, log.topic));

  demandWrites(schema, options);
  demandRow(schema, options);
  const stockBefore = await setStock(sources, schema, options);
  const baseline = await narrator.step("Noting where it begins", () => readBaseline(sources));
  const names = raceNames(options.raceId, schema.mapped, schema.orderIdType);
  const plan: RacePlan = {
    ...{ ...options, names, products, partitions: baseline.log.length },
    ...{ partitionOf: placer.partitionOf, placedAtMs: Date.now() },
  };
  // A system that sets its prices takes what nobody sent.
  const priced = schema.mapped?.inventory.names.unit_price !== undefined;
  const history = new RaceHistory({
    amounts: schema.mapped === undefined || priced || placer.tellsAmounts !== false,
  });
  try {
    const rounds = await placeAll(
      sources,
      { schema, placer, plan, options, history, signal },
      narrator,
    );
    const wait = await narrator.step("Waiting until every order is decided", (say) =>
      waitUntilDecided(sources, {
        orderIds: acceptedIds(history),
        timeoutMs: options.timeoutMs,
        acceptedAtMs: rounds.at(-1)?.answeredAtMs,
        settleMs: options.settleMs,
        slowestMs: Math.max(...rounds.map(({ slowestMs }) => slowestMs)),
        since: baseline.log,
        probe: options.probe ? prober(placer, plan, history) : undefined,
        signal,
        onProgress: ({ lag, undecided }) => say(`lag ${lag}, ${undecided} undecided`),
      }),
    );
    const overlap = overlapOf(rounds, options.hold);
    const audit = await narrator.step("Reconciling by order id", () =>
      auditOrders(sources, {
        history,
        drained: wait.drained,
        lost: wait.lost,
        log: wait.log,
        baseline,
        ownCustomer: (customerId) => names.isRacer(customerId),
        race: { products: options.products, overlap, sent: history.offered },
        ...limitedBy(options, history),
      }),
    );
    const timeline = await timelineOf(sources, schema, baseline, options);
    const seeds = rounds.map(({ seed }) => seed);
    const { products: raced } = options;
    return {
      ...audit,
      products: raced,
      overlap,
      seeds,
      stockBefore,
      answers: history.answers,
      wait,
      timeline,
    };
  } finally {
    history.close();
  }
}

/** Of the row that was raced for first: how its stock went. */
async function timelineOf(
  { database }: AuditSources,
  schema: AuditedSchema,
  { products, origins }: Baseline,
  { products: [productId = ""] }: RaceOptions,
): Promise<StockTimeline | undefined> {
  const before = products.find((product) => product.productId === productId)?.stock?.available;
  if (before === undefined) return undefined;
  return readStockTimeline(database, schema, { productId, before }, origins?.rows);
}

interface Placement {
  readonly schema: AuditedSchema;
  readonly placer: OrderPlacer;
  readonly plan: RacePlan;
  readonly options: RaceOptions;
  readonly history: RaceHistory;
  readonly signal: AbortSignal;
}

async function placeAll(
  { database }: AuditSources,
  { schema, placer, plan, options, history, signal }: Placement,
  narrator: Narrator,
): Promise<readonly Round[]> {
  const rounds: Round[] = [];
  const planned = planRace(plan);
  const run = (round: RoundPlan) =>
    runRound({
      ...{ database, mapped: schema.mapped, placer, signal, plan: round },
      during: options.during,
      ...{ concurrency: options.concurrency, hold: options.hold, holdMsMax: options.holdMsMax },
      record(order, answer) {
        const { orderId, state } = history.add(order, answer);
        return state === "acked" ? orderId : undefined;
      },
      decided: async (orderIds) => (await undecidedAmong(database, orderIds, schema)).length === 0,
      settle: (orderIds) => settleRound(database, schema, orderIds, signal),
    });
  const title = `Racing ${options.orders} orders for ${options.products.join(", ")} in ${counted(planned.length, "round")}, seed ${options.seed}`;
  await narrator.step(title, async (say) => {
    for (const [index, round] of planned.entries()) {
      rounds.push(await run(round));
      const { transactionsMax } = overlapOf(rounds, options.hold);
      say(
        `round ${index + 1}, up to ${counted(transactionsMax, "transaction")} at the row at once`,
      );
    }
  });
  return rounds;
}

async function pricesOf(
  database: Database,
  products: readonly string[],
  { mapped }: AuditedSchema,
): Promise<readonly RaceProduct[]> {
  const prices: RaceProduct[] = [];
  for (const productId of products) {
    const unitPrice = await unitPriceOf(database, productId, mapped);
    if (unitPrice === undefined) {
      throw new Failure("usage", {
        what: `the inventory has no product ${productId}`,
        meaning: "every order of the race would be rejected, and none would touch a row",
        remedy: `choose one that exists with --products: ${(await someProductIds(database, mapped)).join(", ")}`,
      });
    }
    // Where no price is kept, any will do but nothing: a system may refuse an order that costs nothing.
    const kept = mapped === undefined || mapped.inventory.names.unit_price !== undefined;
    prices.push({ productId, unitPrice: kept ? unitPrice : 1 });
  }
  return prices;
}

/** Nothing of a foreign system is changed but by who says so. */
function demandWrites(
  { mapped, present }: AuditedSchema,
  { stock, allowWrites }: RaceOptions,
): void {
  if (stock === undefined || allowWrites || (mapped === undefined && present.stockMovements))
    return;
  throw new Failure("usage", {
    what: "--stock would change the stock of a system that is not this project's",
    meaning: "an audit only reads, apart from the orders that it sends; nothing was sent",
    remedy: "add --allow-writes, or race for the stock that is there",
  });
}

/** What is read by a query has no row that could be held. */
function demandRow({ mapped }: AuditedSchema, { hold }: RaceOptions): void {
  if (!hold || mapped === undefined || mapped.inventory.table !== undefined) return;
  throw new Failure("usage", {
    what: "the mapping reads the stock by a query, or from another database: there is no row to hold",
    meaning: "the race holds the product's row until transactions meet there",
    remedy: "name the table (stock.table), or watch without holding: --no-hold",
  });
}

/** @returns what was available before, by product; undefined where the stock is left as it is. */
async function setStock(
  { database }: AuditSources,
  schema: AuditedSchema,
  { products, stock }: RaceOptions,
): Promise<ReadonlyMap<string, number> | undefined> {
  if (stock === undefined) return undefined;
  const before = new Map<string, number>();
  for (const productId of products) {
    before.set(productId, await setAvailableStock(database, productId, stock, schema));
  }
  return before;
}

function limitedBy(
  { products, stock, quantity, orders }: RaceOptions,
  history: RaceHistory,
): { readonly limited?: readonly LimitedStock[] } {
  if (stock === undefined) return {};
  const limited = products.map((productId) => ({
    ...{ productId, stock, quantity, accepted: history.acceptedOf(productId) },
    planned: products.length === 1 ? orders : undefined,
  }));
  return { limited };
}

/** One more order of the race, by a customer whose messages land in the partition that is asked for. */
function prober(placer: OrderPlacer, plan: RacePlan, history: RaceHistory): Probe {
  let sent = 0;
  return async (partition): Promise<SentOrder> => {
    sent += 1;
    const order = probeOrder(plan, sent, partition);
    return history.add(order, await placer.placeOrder(order));
  };
}

function noConsumer(group: string, topic: string): Finding {
  return unknown("consumers-running", {
    expected: `a member of group ${group} on ${topic}`,
    found: "none",
    detail: `no consumer of group ${group} is on topic ${topic}, so no order would be decided; start one with \`orders up\` or \`orders consume\`, or name the right ones with --group and --topic`,
  });
}

function notRun(options: RaceOptions, why: Finding): RaceRun {
  return {
    ...verdictOf([why]),
    products: options.products,
    counts: noCounts(),
    overlap: overlapOf([], options.hold),
    seeds: [],
    stockBefore: undefined,
    answers: new Map(),
    wait: undefined,
  };
}
