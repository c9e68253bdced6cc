import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { orderIdForKey } from "../order/order-id.ts";
import type { Database } from "../ports/database.ts";
import { withDatabase } from "../runtime/postgres/with-database.ts";
import type { Settings } from "../runtime/settings/settings.ts";
import { type FoundMessage, openMessageFinder } from "./open-message-finder.ts";
import type { OrderJourney, StockSeen } from "./order-journey.ts";
import { openApi } from "./post-order.ts";
import { type OrderOutcome, readOutcome } from "./sql/select-outcome.ts";
import { type ProductStock, readProduct } from "./sql/select-product.ts";

export interface OrderRequest {
  readonly customerId: string;
  readonly productId: string;
  readonly quantity: number;
  /** undefined: the product's price times the quantity. */
  readonly amount: number | undefined;
}

export interface FollowOptions {
  /** From the answer to the row. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

const lookEveryMs = 5;
/** The log is read beside the database: a decided order's place is in its row, too. */
const logAfterDecidedMs = 1_000;
const answerWithinMs = 30_000;

/**
 * Places one order over HTTP and follows it: into the log, to its outcome, to the stock.
 * @throws Failure("usage") when the API refuses the order, Failure("environment") when the API, or
 * the database in which the order is to be followed, is not there.
 */
export async function placeAndFollow(
  settings: Settings,
  request: OrderRequest,
  options: FollowOptions,
): Promise<OrderJourney> {
  return withDatabase(settings, "order", async (database) => {
    const before = await readProduct(database, request.productId);
    const api = await openApi(settings, { answerWithinMs, signal: options.signal });
    try {
      const finder = await openMessageFinder(settings).catch((error: unknown) =>
        error instanceof Error ? error.message : String(error),
      );
      try {
        return await follow(settings, request, options, { database, before, api, finder });
      } finally {
        if (typeof finder !== "string") await finder.close();
      }
    } finally {
      await api.close();
    }
  });
}

interface Open {
  readonly database: Database;
  readonly before: ProductStock | undefined;
  readonly api: Awaited<ReturnType<typeof openApi>>;
  /** Why there is none. */
  readonly finder: Awaited<ReturnType<typeof openMessageFinder>> | string;
}

async function follow(
  settings: Settings,
  request: OrderRequest,
  { timeoutMs, signal }: FollowOptions,
  { database, before, api, finder }: Open,
): Promise<OrderJourney> {
  const { topic } = settings;
  const amount = request.amount ?? roundCents((before?.unitPrice ?? 1) * request.quantity);
  const idempotencyKey = randomUUID();
  const sought = { orderId: orderIdForKey(request.customerId, idempotencyKey), topic };
  const inLog = () => (typeof finder === "string" ? undefined : finder.found(sought.orderId));
  // Once before it counts: the statements are known to the server then.
  await readOutcome(database, { ...sought, at: undefined });

  const sentAt = new Date();
  const startMs = performance.now();
  const sinceMs = (ms = performance.now()) => Math.round((ms - startMs) * 10) / 10;
  let answer: OrderJourney["answer"] | undefined;
  const posting = api.post({ ...request, amount, idempotencyKey }).then((posted) => {
    answer = { state: posted.state, text: posted.answer, at_ms: sinceMs() };
    // Another program's API may have chosen another id.
    sought.orderId = posted.orderId;
  });
  const refused = posting.then(
    () => false,
    () => true,
  );
  let decided: OrderOutcome | undefined;
  let decidedAtMs: number | null = null;
  // Looked for from the start: a fast pipeline decides before its answer has arrived here.
  for (let deadlineMs = Number.POSITIVE_INFINITY; !signal.aborted; ) {
    decided ??= await readOutcome(database, { ...sought, at: inLog() });
    if (decided !== undefined) decidedAtMs ??= sinceMs();
    if (answer !== undefined) {
      if (decided !== undefined) break;
      if (deadlineMs === Number.POSITIVE_INFINITY) deadlineMs = performance.now() + timeoutMs;
      if (performance.now() >= deadlineMs) break;
    }
    if (await Promise.race([refused, wait(lookEveryMs, false)])) break;
  }
  await posting;
  const after = await readProduct(database, request.productId);
  const found = await shortlyAfter(inLog);
  return {
    order_id: sought.orderId,
    customer_id: request.customerId,
    product_id: request.productId,
    quantity: request.quantity,
    amount,
    sent_at: sentAt.toISOString(),
    sent_to: api.url,
    answer: answer ?? { state: "unknown", text: "no answer", at_ms: sinceMs() },
    log: placeInLog(topic, found, decided, sinceMs),
    log_unknown: typeof finder === "string" ? finder : (finder.trouble ?? null),
    outcome: decided?.outcome ?? "undecided",
    reason: decided?.reason ?? null,
    detail: decided?.detail ?? null,
    decided_at_ms: decidedAtMs,
    stock: { before: stockOf(before), after: stockOf(after) },
  };
}

/** The log is read beside the database: what is decided will be seen there in a moment, too. */
async function shortlyAfter(
  inLog: () => FoundMessage | undefined,
): Promise<FoundMessage | undefined> {
  const untilMs = performance.now() + logAfterDecidedMs;
  for (;;) {
    const found = inLog();
    if (found !== undefined || performance.now() >= untilMs) return found;
    await wait(lookEveryMs);
  }
}

function placeInLog(
  topic: string,
  found: FoundMessage | undefined,
  decided: OrderOutcome | undefined,
  sinceMs: (ms: number) => number,
): OrderJourney["log"] {
  if (found !== undefined) {
    const { partition, offset, seenMs } = found;
    return { topic, partition, offset, seen_at_ms: sinceMs(seenMs) };
  }
  if (decided === undefined || decided.partition === null || decided.offset === null) return null;
  return { topic, partition: decided.partition, offset: decided.offset, seen_at_ms: null };
}

function stockOf(product: ProductStock | undefined): StockSeen | null {
  return product === undefined
    ? null
    : { available: product.available, reserved: product.reserved };
}

function roundCents(amount: number): number {
  return Math.round(amount * 100) / 100;
}
