import { Failure } from "../../failure/failure.ts";
import type { Database } from "../../ports/database.ts";
import type { Narrator } from "../../ports/narrator.ts";
import { type Audit, auditOrders } from "../audit-orders.ts";
import { counted, type Finding, unknown } from "../finding.ts";
import type { AuditSources } from "../ports.ts";
import type { Overlap } from "../race-evidence.ts";
import { readBaseline } from "../read-baseline.ts";
import { type AuditedSchema, readSchema } from "../read-schema.ts";
import { noCounts } from "../run-counts.ts";
import type { SentOrder } from "../sent-order.ts";
import type { Probe } from "../settle/probe-group.ts";
import { someProductIds, unitPriceOf } from "../sql/select-product.ts";
import { setAvailableStock } from "../sql/set-available-stock.ts";
import { undecidedAmong } from "../undecided-among.ts";
import { verdictOf } from "../verdict.ts";
import { type WaitResult, waitUntilDecided } from "../wait-until-decided.ts";
import type { OrderPlacer } from "./place-order.ts";
import { planRace, probeOrder, type RacePlan } from "./plan-race.ts";
import { type AnsweredOrder, acceptedIds, type Round, runRound } from "./run-round.ts";
import { settleRound } from "./settle-round.ts";

export interface RaceOptions {
  /** Sets this race's customers apart from every other's. */
  readonly raceId: string;
  readonly productId: string;
  /** Orders of the whole race, spread over the rounds. */
  readonly orders: number;
  readonly rounds: number;
  /** Pieces per order. */
  readonly quantity: number;
  /** Pieces to make available before the first round; undefined leaves the stock as it is. */
  readonly stock: number | undefined;
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
}

export interface RaceRun extends Audit {
  readonly overlap: Overlap;
  /** Pieces available before --stock changed them; undefined when it did not. */
  readonly stockBefore: number | undefined;
  /** Answers other than an acceptance, and how often each came. */
  readonly answers: ReadonlyMap<string, number>;
  /** undefined when the race was not run. */
  readonly wait: WaitResult | undefined;
}

/**
 * The race: many orders for one product at once, at a row that is held until transactions meet
 * there, then everything reconciled by order id.
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
  const { productId, stock, quantity } = options;
  const schema = await readSchema(database, sources.mapping);
  const unitPrice = await priceOf(database, productId, schema);
  const group = await narrator.step("Looking for consumers", () => log.groupState());
  if (group.members === 0) return notRun(options, noConsumer(log.group, log.topic));

  const stockBefore =
    stock === undefined ? undefined : await setAvailableStock(database, productId, stock, schema);
  const price = { unitPrice, placedAtMs: Date.now() };
  const baseline = await narrator.step("Noting where it begins", () => readBaseline(sources));
  const rounds: Round[] = [];
  const plan = planRace({ ...options, ...price });
  const title = `Racing ${options.orders} orders for ${productId} in ${counted(plan.length, "round")}`;
  await narrator.step(title, async (say) => {
    for (const [index, orders] of plan.entries()) {
      const round = await runRound({
        database,
        mapped: schema.mapped,
        placer,
        productId,
        orders,
        hold: options.hold,
        holdMsMax: options.holdMsMax,
        decided: async (orderIds) =>
          (await undecidedAmong(database, orderIds, schema)).length === 0,
        settle: (orderIds) => settleRound(database, schema, orderIds, signal),
        signal,
      });
      rounds.push(round);
      const { transactionsMax } = overlapOf(rounds, options.hold);
      say(
        `round ${index + 1}, up to ${counted(transactionsMax, "transaction")} at the row at once`,
      );
    }
  });
  const placed = rounds.flatMap((round) => round.placed);
  const orderIds = acceptedIds(placed);
  const wait = await narrator.step("Waiting until every order is decided", (say) =>
    waitUntilDecided(sources, {
      orderIds,
      timeoutMs: options.timeoutMs,
      acceptedAtMs: rounds.at(-1)?.answeredAtMs,
      settleMs: options.settleMs,
      slowestMs: Math.max(...rounds.map(({ slowestMs }) => slowestMs)),
      since: baseline.log,
      probe: options.probe
        ? prober(placer, { ...options, ...price }, baseline.log.length)
        : undefined,
      signal,
      onProgress: ({ lag, undecided }) => say(`lag ${lag}, ${undecided} undecided`),
    }),
  );
  const overlap = overlapOf(rounds, options.hold);
  const audit = await narrator.step("Reconciling by order id", () =>
    auditOrders(sources, {
      history: [...placed.map(sentOrder), ...wait.probes],
      drained: wait.drained,
      lost: wait.lost,
      log: wait.log,
      baseline,
      ownCustomer: (customerId) => customerId.startsWith(`race-${options.raceId}-`),
      race: { productId, overlap },
      ...(stock === undefined ? {} : { limited: { productId, stock, quantity } }),
    }),
  );
  return { ...audit, overlap, stockBefore, answers: answersOf(placed), wait };
}

async function priceOf(
  database: Database,
  productId: string,
  { mapped }: AuditedSchema,
): Promise<number> {
  const price = await unitPriceOf(database, productId, mapped);
  if (price !== undefined) return price;
  throw new Failure("usage", {
    what: `the inventory has no product ${productId}`,
    meaning: "every order of the race would be rejected, and none would touch a row",
    remedy: `choose one that exists with --product: ${(await someProductIds(database, mapped)).join(", ")}`,
  });
}

function sentOrder({ order, answer }: AnsweredOrder): SentOrder {
  return {
    orderId: answer.orderId ?? order.orderId,
    customerId: order.customerId,
    lines: order.lines,
    state: answer.state,
  };
}

/** One more order of the race, by a customer whose messages land in the partition that is asked for. */
function prober(placer: OrderPlacer, plan: Omit<RacePlan, "rounds">, partitions: number): Probe {
  let sent = 0;
  return async (partition) => {
    sent += 1;
    const order = probeOrder(
      plan,
      sent,
      (key) => partition === undefined || placer.partitionOf(key, partitions) === partition,
    );
    return sentOrder({ order, answer: await placer.placeOrder(order) });
  };
}

function overlapOf(rounds: readonly Round[], held: boolean): Overlap {
  const backends = rounds.flatMap((round) => round.sightings.backends);
  return {
    held,
    rounds: rounds.length,
    roundsWithOverlap: rounds.filter((round) => round.sightings.transactionsMax >= 2).length,
    transactionsMax: Math.max(0, ...rounds.map((round) => round.sightings.transactionsMax)),
    backends: [...new Map(backends.map((backend) => [backend.pid, backend])).values()],
  };
}

function answersOf(placed: readonly AnsweredOrder[]): ReadonlyMap<string, number> {
  const answers = new Map<string, number>();
  for (const { answer: each } of placed) {
    if (each.answer !== undefined) answers.set(each.answer, (answers.get(each.answer) ?? 0) + 1);
  }
  return answers;
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
    counts: noCounts(),
    overlap: overlapOf([], options.hold),
    stockBefore: undefined,
    answers: new Map(),
    wait: undefined,
  };
}
