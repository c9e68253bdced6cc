import { shopCheck } from "../check.ts";
import { counted, failed, passed, Sightings, unknown } from "../finding.ts";
import { doubtOf } from "../shop/shop-evidence.ts";
import type { ShopTrace } from "../shop/shop-trace.ts";

const check = "changes-have-events";

/** What the last event of an order of this status was. */
const lastEventOf: Readonly<Record<string, string>> = {
  CREATED: "ORDER_CREATED",
  RESERVED: "ORDER_CREATED",
  REJECTED: "ORDER_CREATED",
  PAID: "PAYMENT_COMPLETED",
  SHIPPED: "ORDER_SHIPPED",
  CANCELLED: "ORDER_CANCELLED",
};

/**
 * Of an order whose row counts n events each of the n is in the log or in the outbox, and the last is
 * the one that the row names and tells of its status.
 */
export const changesHaveEvents = shopCheck({
  name: check,
  explanation: "Every state change of an order has its event, in the log or in the outbox.",
  needs: ["log"],
  judge({ log }) {
    const doubt = doubtOf(log);
    let orders = 0;
    let changes = 0;
    let aged = 0;
    const silent = new Sightings();
    const untrue = new Sightings();
    return {
      see(trace) {
        const { order, orderId } = trace;
        if (order === undefined) return;
        orders += 1;
        changes += order.sequence;
        const told = toldOf(trace);
        const missing = missingOf(order.sequence, told);
        // Those before the first that is left went with the log's beginning.
        const old = log.edgeMs !== undefined && order.createdMs <= log.edgeMs;
        if (missing.length > 0 && old && missing.length === (missing.at(-1) ?? 0)) aged += 1;
        else if (missing.length > 0)
          silent.add(`${orderId} (${order.status}; no event ${missing.slice(0, 5).join(", ")})`);
        const last = told.get(order.sequence);
        const expected = lastEventOf[order.status];
        if (last === undefined || expected === undefined) return;
        if (last.eventType !== expected)
          untrue.add(`${orderId} (${order.status}, its last event is ${last.eventType})`);
        else if (last.eventId !== order.lastEventId)
          untrue.add(`${orderId} (its event ${order.sequence} is not the one that its row names)`);
      },
      finding() {
        const found = [
          `${changes - silent.count} told of`,
          ...(silent.count === 0 ? [] : [`${counted(silent.count, "order")} with untold ones`]),
          ...(untrue.count === 0 ? [] : [`${counted(untrue.count, "order")} told of otherwise`]),
        ].join(", ");
        const text = {
          expected: `${counted(changes, "change")} of ${counted(orders, "order")} told of`,
          found: silent.count + untrue.count === 0 ? `${changes} told of` : found,
          examples: [...untrue.examples, ...silent.examples],
        };
        if (orders === 0) {
          return unknown(check, {
            ...text,
            detail: "the shop has no orders, so nothing could have gone wrong",
          });
        }
        if (untrue.count > 0 || (silent.count > 0 && doubt === undefined)) {
          return failed(check, {
            ...text,
            detail: `${counted(silent.count + untrue.count, "order")} of ${orders} changed without the event that says so`,
          });
        }
        if (silent.count > 0) {
          return unknown(check, {
            ...text,
            detail: `events of ${counted(silent.count, "order")} were not found, but ${doubt}`,
          });
        }
        if (aged === orders) {
          return unknown(check, { ...text, detail: "the log goes back to none of the orders" });
        }
        return passed(check, {
          ...text,
          detail:
            aged === 0
              ? undefined
              : `${counted(aged, "order")} ${aged === 1 ? "is" : "are"} older than the log, and not looked at`,
        });
      },
    };
  },
});

type Told = ReadonlyMap<number, { readonly eventType: string; readonly eventId: string }>;

/** By sequence: of an event that stands several times the first; the log before the outbox. */
function toldOf({ events, outbox }: ShopTrace): Told {
  const told = new Map<number, { readonly eventType: string; readonly eventId: string }>();
  for (const event of [...events, ...outbox]) {
    if (!told.has(event.sequence)) told.set(event.sequence, event);
  }
  return told;
}

function missingOf(sequence: number, told: Told): readonly number[] {
  const missing: number[] = [];
  for (let each = 1; each <= sequence; each++) if (!told.has(each)) missing.push(each);
  return missing;
}
