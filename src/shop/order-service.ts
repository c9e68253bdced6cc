import { setTimeout as wait } from "node:timers/promises";
import { sqlstateOf, sqlstateVerdict } from "../failure/sqlstate.ts";
import { newOrderId, orderIdForKey } from "../order/order-id.ts";
import { type ShopEvent, writeShopEvent } from "../order/shop-event.ts";
import type { Database, Queryable } from "../ports/database.ts";
import { asksForTheSame, type NewOrder } from "./create-request.ts";
import { decideChange, type ShopChange } from "./decide-change.ts";
import { GroupCommit, Refusal, TooManyWaiting } from "./group-commit.ts";
import type { ShopOrder } from "./shop-order.ts";
import { insertOrders, type OrderToStore } from "./sql/insert-orders.ts";
import { type OrderPage, type PageRequest, selectOrders, selectPage } from "./sql/select-orders.ts";
import { type ChangeToStore, updateOrders } from "./sql/update-orders.ts";

export type CreateOutcome =
  /** `replayed`: an earlier request of the same key had created it. */
  | { readonly kind: "created"; readonly order: ShopOrder; readonly replayed: boolean }
  /** The key stands for another order. */
  | { readonly kind: "key_reused"; readonly orderId: string }
  | NotDone;

export type ChangeOutcome =
  | { readonly kind: "changed"; readonly order: ShopOrder }
  | { readonly kind: "not_found" }
  | { readonly kind: "conflict"; readonly message: string }
  | NotDone;

/** `busy` and `unavailable`: for certain nothing was done. `unknown`: it may have been. */
export interface NotDone {
  readonly kind: "busy" | "unavailable" | "unknown";
  readonly orderId?: string;
}

export interface OrderServiceOptions {
  readonly database: Database;
  /** How long a request may wait for the database, tries again included. */
  readonly answerWithinMs: number;
  /** Told after every transaction that put events into the outbox. */
  readonly onEvents: () => void;
  /** Whether a reservation decides the orders: then only what it reserved is shipped. */
  readonly reserves: boolean;
  readonly log: (line: string) => void;
}

/** Nothing was asked for but to be told. */
export class Unavailable extends Error {
  readonly statusCode = 503;
}

/** Of a request; on the clock of performance.now(). */
interface Timed {
  readonly untilMs: number;
}

interface Creation extends Timed {
  readonly stored: OrderToStore;
  readonly asked: NewOrder;
}

interface Change extends Timed {
  readonly orderId: string;
  readonly change: ShopChange;
  readonly eventId: string;
  readonly at: string;
  readonly traceparent: string | undefined;
}

/** More transactions do not make two cores faster; one would leave them idle during its commit. */
const transactionsInFlight = 2;
const ordersPerTransaction = 500;
const waitingMax = 10_000;
/** There was no connection: the server has seen nothing. */
const neverConnected: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
]);
const firstPauseMs = 50;
const longestPauseMs = 1_000;

/**
 * Orders of the shop: each change is one transaction with its event in the outbox, and is answered
 * after its commit. What may pass is tried again until the request's time is up: ids are chosen here,
 * so that a second try after an unanswered commit finds what the first one did.
 */
export class OrderService {
  readonly #options: OrderServiceOptions;
  readonly #creations: GroupCommit<Creation, CreateOutcome>;
  readonly #changes: GroupCommit<Change, ChangeOutcome>;

  constructor(options: OrderServiceOptions) {
    this.#options = options;
    const limits = {
      inFlightMax: transactionsInFlight,
      itemsMax: ordersPerTransaction,
      waitingMax,
    };
    this.#creations = new GroupCommit({
      ...limits,
      keyOf: ({ stored }) => stored.orderId,
      commit: (creations) => this.#together(creations, (some) => this.#create(some)),
    });
    this.#changes = new GroupCommit({
      ...limits,
      keyOf: ({ orderId }) => orderId,
      commit: (changes) => this.#together(changes, (some) => this.#change(some)),
    });
  }

  /** @param key the Idempotency-Key: the same key is the same order, on every instance. */
  async create(
    asked: NewOrder,
    key: string | undefined,
    traceparent: string | undefined,
  ): Promise<CreateOutcome> {
    const orderId = key === undefined ? newOrderId() : orderIdForKey(asked.customerId, key);
    const event: ShopEvent = {
      ...{ eventId: newOrderId(), eventType: "ORDER_CREATED", orderId, sequence: 1 },
      ...asked,
      timestamp: new Date().toISOString(),
    };
    const { eventId, timestamp: createdAt } = event;
    const stored = {
      ...{ ...asked, orderId, eventId, createdAt, traceparent },
      payload: writeShopEvent(event),
    };
    const outcome = await this.#submitted(
      this.#creations.submit({ stored, asked, untilMs: this.#until() }),
    );
    return "orderId" in outcome || outcome.kind === "created" ? outcome : { ...outcome, orderId };
  }

  async change(
    orderId: string,
    change: ShopChange,
    traceparent: string | undefined,
  ): Promise<ChangeOutcome> {
    const at = new Date().toISOString();
    const submitted = this.#changes.submit({
      ...{ orderId, change, eventId: newOrderId(), at, traceparent, untilMs: this.#until() },
    });
    return this.#submitted(submitted);
  }

  /** @throws Unavailable when the database does not answer in time. */
  find(orderId: string): Promise<ShopOrder | undefined> {
    return this.#read(async (database) => (await selectOrders(database, [orderId])).get(orderId));
  }

  /** @throws Unavailable when the database does not answer in time. */
  list(request: PageRequest): Promise<OrderPage> {
    return this.#read((database) => selectPage(database, request));
  }

  /** Resolves when all that was taken is answered. */
  async drained(): Promise<void> {
    await Promise.all([this.#creations.drained(), this.#changes.drained()]);
  }

  #until(): number {
    return performance.now() + this.#options.answerWithinMs;
  }

  async #submitted<T>(submitted: Promise<T>): Promise<T | NotDone> {
    try {
      return await submitted;
    } catch (error) {
      if (error instanceof TooManyWaiting) return { kind: "busy" };
      throw error;
    }
  }

  async #read<T>(read: (database: Queryable) => Promise<T>): Promise<T> {
    const [outcome] = await this.#together([{ untilMs: this.#until() }], async () => [
      { kind: "read" as const, value: await read(this.#options.database) },
    ]);
    if (outcome instanceof Refusal) throw outcome.cause;
    if (outcome?.kind !== "read") throw new Unavailable("the database does not answer");
    return outcome.value;
  }

  async #create(creations: readonly Creation[]): Promise<readonly CreateOutcome[]> {
    const { database } = this.#options;
    const created = await insertOrders(
      database,
      creations.map(({ stored }) => stored),
    );
    if (created.size > 0) this.#options.onEvents();
    const others = creations.filter(({ stored }) => !created.has(stored.orderId));
    const known =
      others.length === 0
        ? new Map<string, ShopOrder>()
        : await selectOrders(
            database,
            others.map(({ stored }) => stored.orderId),
          );
    return creations.map(({ stored, asked }) => {
      const { orderId } = stored;
      const before = known.get(orderId);
      if (before === undefined)
        return { kind: "created", order: freshOrder(stored), replayed: false };
      if (!asksForTheSame(before, asked)) return { kind: "key_reused", orderId };
      // Our own, of a try whose answer never came, is no repetition.
      const replayed = before.lastEventId !== stored.eventId;
      return { kind: "created", order: before, replayed };
    });
  }

  async #change(changes: readonly Change[]): Promise<readonly ChangeOutcome[]> {
    const outcomes = await this.#options.database.transaction((tx) =>
      changeOrders(tx, changes, this.#options.reserves),
    );
    if (outcomes.some(({ kind }) => kind === "changed")) this.#options.onEvents();
    return outcomes;
  }

  /**
   * One transaction for all; what it is refused for because of one of them is tried in halves, until
   * that one stands alone: it gets its refusal, the others are done. What passes is tried again, for each until its own time is up: the
   * time in which it waited for its turn counts.
   * @param mayBeDone of an earlier try.
   */
  async #together<Item extends Timed, Outcome>(
    items: readonly Item[],
    work: (items: readonly Item[]) => Promise<readonly Outcome[]>,
    mayBeDone = false,
  ): Promise<readonly (Outcome | NotDone | Refusal)[]> {
    const outcomes = new Map<Item, Outcome | NotDone | Refusal>();
    let left = items;
    let inDoubt = mayBeDone;
    const giveUp = (atMs: number) => {
      for (const item of left)
        if (item.untilMs < atMs) outcomes.set(item, { kind: inDoubt ? "unknown" : "unavailable" });
      left = left.filter((item) => !outcomes.has(item));
    };
    giveUp(performance.now());
    for (let pauseMs = firstPauseMs; left.length > 0; ) {
      try {
        note(outcomes, left, await work(left));
        break;
      } catch (error) {
        const sqlstate = sqlstateOf(error);
        const verdict = sqlstate === undefined ? "pass" : sqlstateVerdict(sqlstate);
        // Without an answer of the server's, its commit may have been on its way.
        if (sqlstate === undefined && !neverConnected.has(codeOf(error))) inDoubt = true;
        if (verdict === "contents" && left.length > 1) {
          const middle = Math.ceil(left.length / 2);
          for (const half of [left.slice(0, middle), left.slice(middle)])
            note(outcomes, half, await this.#together(half, work, inDoubt));
          break;
        }
        if (verdict === "contents") {
          note(outcomes, left, [new Refusal(error)]);
          break;
        }
        this.#options.log(`PostgreSQL: ${error instanceof Error ? error.message : String(error)}`);
        giveUp(performance.now() + pauseMs);
        if (left.length > 0) await wait(pauseMs);
        pauseMs = Math.min(2 * pauseMs, longestPauseMs);
      }
    }
    return items.map((item) => outcomes.get(item) as Outcome | NotDone | Refusal);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error ? String((error as NodeJS.ErrnoException).code) : "";
}

function note<Item, Outcome>(
  outcomes: Map<Item, Outcome>,
  items: readonly Item[],
  found: readonly Outcome[],
): void {
  for (const [n, item] of items.entries()) outcomes.set(item, found[n] as Outcome);
}

function freshOrder(stored: OrderToStore): ShopOrder {
  const { orderId, customerId, totalCents, items, eventId, createdAt } = stored;
  return {
    ...{ orderId, customerId, status: "CREATED", reservation: "PENDING", rejection: undefined },
    ...{ totalCents, items, sequence: 1, lastEventId: eventId, createdAt, updatedAt: createdAt },
  };
}

/** Locks, decides, writes: three statements for however many orders. */
async function changeOrders(
  tx: Queryable,
  changes: readonly Change[],
  reserves: boolean,
): Promise<readonly ChangeOutcome[]> {
  const orders = await selectOrders(
    tx,
    changes.map(({ orderId }) => orderId),
    { lock: true },
  );
  const toStore: ChangeToStore[] = [];
  const outcomes = changes.map((asked): ChangeOutcome => {
    const order = orders.get(asked.orderId);
    if (order === undefined) return { kind: "not_found" };
    // Of a try whose commit was not answered.
    if (order.lastEventId === asked.eventId) return { kind: "changed", order };
    const decision = decideChange(order, asked.change, reserves);
    if (!decision.ok) return { kind: "conflict", message: decision.message };
    const { orderId, customerId, totalCents, items } = order;
    const event: ShopEvent = {
      ...{ eventId: asked.eventId, eventType: decision.eventType, orderId, customerId, totalCents },
      ...{ timestamp: asked.at, sequence: order.sequence + 1, items },
    };
    const { traceparent } = asked;
    toStore.push({ event, to: decision.to, payload: writeShopEvent(event), traceparent });
    return {
      kind: "changed",
      order: {
        ...order,
        ...{ status: decision.to, sequence: event.sequence, lastEventId: asked.eventId },
        updatedAt: asked.at,
      },
    };
  });
  if (toStore.length > 0) await updateOrders(tx, toStore);
  return outcomes;
}
