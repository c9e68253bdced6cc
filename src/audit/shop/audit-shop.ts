import type { PartitionRange } from "../../ports/log.ts";
import { peekOffsets } from "../../runtime/postgres/tables/peek-offsets.ts";
import { shopChecks, stockChecks } from "../checks/registry.ts";
import type { Finding } from "../finding.ts";
import { judgeTraces } from "../judge-traces.ts";
import type { ShopSources } from "../ports.ts";
import { readSchema } from "../read-schema.ts";
import { auditStart } from "../sql/audit-start.ts";
import { pendingOutcomes } from "../sql/pending-outcomes.ts";
import { productEvidence } from "../sql/select-products.ts";
import {
  orderMovements,
  shopLetters,
  shopLines,
  shopReservations,
} from "../sql/select-reserved-for-shop.ts";
import { shopOrders } from "../sql/select-shop-orders.ts";
import { lastOutboxId, waitingEvents } from "../sql/waiting-events.ts";
import { unbroken } from "../unbroken.ts";
import { verdictOf } from "../verdict.ts";
import { demandShop } from "./demand-shop.ts";
import { EventsReader } from "./read-events.ts";
import { type SettleOptions, settle } from "./settle.ts";
import type { ShopAudit } from "./shop-audit.ts";
import { ShopJoin } from "./shop-join.ts";
import { loggedEvent } from "./shop-trace.ts";

export interface AuditShopOptions extends SettleOptions {
  /** The consumer group of the reservation. */
  readonly group: string;
}

/** What an audit of both systems sees besides: the topic on which orders are placed. */
export interface BothSources extends ShopSources {
  readonly placed: { readonly topic: string; ranges(): Promise<readonly PartitionRange[]> };
}

/**
 * Holds the shop, its events and the reservation against each other, order by order, and the stock
 * against the orders: all that the database says is of one moment. Only orders that had changed for
 * the last time before the audit began are judged.
 * @throws Failure("environment") where there is no shop, or no pipeline; the signal's reason.
 */
export async function auditShop(
  { database, events, placed }: BothSources,
  { group, ...waiting }: AuditShopOptions,
): Promise<ShopAudit> {
  await demandShop(database);
  const schema = await readSchema(database);
  const { nowMs: sinceMs, resetMs } = await auditStart(database);
  const lastId = await lastOutboxId(database);
  let ends: { placed: readonly PartitionRange[]; events: readonly PartitionRange[] } | undefined;
  const left = await settle(async () => {
    const unsent = await waitingEvents(database, lastId);
    if (unsent > 0) return unsent;
    ends ??= { placed: await placed.ranges(), events: await events.ranges() };
    const decided = await peekOffsets(database, group, placed.topic);
    const followed = await peekOffsets(database, `${group}-shop`, events.topic);
    const behind = lag(ends.placed, decided) + lag(ends.events, followed);
    return behind > 0 ? behind : pendingOutcomes(database, sinceMs);
  }, waiting);
  const join = new ShopJoin();
  const reader = new EventsReader(events, (read) => join.put("event", loggedEvent(read, true)));
  try {
    await reader.readTo(await events.ranges());
    const products = await database.transaction(
      async (tx) => {
        for await (const rows of shopOrders(tx)) for (const row of rows) join.put("order", row);
        for await (const rows of shopLines(tx)) for (const row of rows) join.put("line", row);
        for await (const rows of shopReservations(tx)) {
          for (const row of rows) join.put("reservation", row);
        }
        for await (const rows of orderMovements(tx)) {
          for (const row of rows) join.put("movement", row);
        }
        if (schema.present.deadLetters) {
          for await (const rows of shopLetters(tx, schema.replays))
            for (const row of rows) join.put("letter", row);
        }
        return productEvidence(tx, schema);
      },
      { isolation: "repeatable read", readOnly: true },
    );
    const lookedAt = {
      ...{ orders: 0, events: 0, reservations: 0 },
      ...{ "dead letters": 0, "under way": left },
    };
    const judge = judgeTraces(shopChecks, {
      ...{ log: reader.reading, sinceMs, resetMs },
      unsettled:
        left === 0
          ? undefined
          : `${left} messages or outcomes are still under way: are relay, shop and consumers at work, with --follow-shop and --publish-outcomes?`,
    });
    for await (const trace of join.traces()) {
      judge.see(trace);
      if (trace.order !== undefined) lookedAt.orders += 1;
      lookedAt.events += trace.events.length;
      if (trace.rows.length > 0) lookedAt.reservations += 1;
      lookedAt["dead letters"] += trace.letters.length;
    }
    const ofStock = stockChecks.map((check) =>
      unbroken<never, undefined>(check, () => ({
        see() {},
        finding: (): Finding =>
          check.judge({ products, present: schema.present, baseline: undefined }),
      })).finding(undefined),
    );
    return { ...verdictOf([...judge.findings(), ...ofStock]), lookedAt };
  } finally {
    join.close();
  }
}

/** How many messages before these ends are not dealt with. */
function lag(ends: readonly PartitionRange[], next: ReadonlyMap<number, number>): number {
  return ends.reduce(
    (sum, { partition, low, high }) =>
      sum + Math.max(0, high - Math.max(low, next.get(partition) ?? low)),
    0,
  );
}
