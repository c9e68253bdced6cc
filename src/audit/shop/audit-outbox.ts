import { outboxChecks } from "../checks/registry.ts";
import { judgeTraces } from "../judge-traces.ts";
import type { ShopSources } from "../ports.ts";
import { outboxRows } from "../sql/select-outbox.ts";
import { shopOrders } from "../sql/select-shop-orders.ts";
import { lastOutboxId, waitingEvents } from "../sql/waiting-events.ts";
import { verdictOf } from "../verdict.ts";
import { demandShop } from "./demand-shop.ts";
import { EventsReader } from "./read-events.ts";
import { type SettleOptions, settle } from "./settle.ts";
import type { ShopAudit } from "./shop-audit.ts";
import type { ShopEvidence } from "./shop-evidence.ts";
import { ShopJoin } from "./shop-join.ts";
import { loggedEvent, type ShopTrace } from "./shop-trace.ts";

/**
 * Holds the shop's orders and its outbox against the log of events, order by order. What the database
 * says is of one moment, and the log is read up to before it and on to after it: so that what is in
 * the log before must be in the database, and what the database says was sent must be in the log.
 * @throws Failure("environment") where there is no shop; the signal's reason when it is aborted.
 */
export async function auditOutbox(
  { database, events }: ShopSources,
  options: SettleOptions,
): Promise<ShopAudit> {
  await demandShop(database);
  const lastId = await lastOutboxId(database);
  await settle(() => waitingEvents(database, lastId), options);
  const join = new ShopJoin();
  let before = true;
  const reader = new EventsReader(events, (read) => join.put("event", loggedEvent(read, before)));
  try {
    await reader.readTo(await events.ranges());
    before = false;
    await database.transaction(
      async (tx) => {
        for await (const rows of shopOrders(tx)) for (const row of rows) join.put("order", row);
        for await (const rows of outboxRows(tx, lastId)) {
          for (const row of rows) join.put("outbox", row);
        }
      },
      { isolation: "repeatable read", readOnly: true },
    );
    await reader.readTo(await events.ranges());
    const lookedAt = { orders: 0, events: 0, copies: 0, waiting: 0 };
    const judge = judgeTraces<ShopTrace, Pick<ShopEvidence, "log">>(outboxChecks, {
      log: reader.reading,
    });
    for await (const trace of join.traces()) {
      judge.see(trace);
      const ids = new Set(trace.events.map(({ eventId }) => eventId));
      if (trace.order !== undefined) lookedAt.orders += 1;
      lookedAt.events += ids.size;
      lookedAt.copies += trace.events.length - ids.size;
      lookedAt.waiting += trace.outbox.filter(({ status }) => status !== "SENT").length;
    }
    return { ...verdictOf(judge.findings()), lookedAt };
  } finally {
    join.close();
  }
}
