import { shopCheck } from "../check.ts";
import { counted, failed, passed, Sightings, unknown } from "../finding.ts";
import { doubtOf } from "../shop/shop-evidence.ts";
import type { OutboxRow } from "../shop/shop-trace.ts";

const check = "events-published";

/**
 * What the outbox held when the audit began is in the log by now. NEW and FAILED may still get there;
 * what was given up (PARKED), what others overtook, and what is marked SENT and is not in the log, do not.
 */
export const eventsPublished = shopCheck({
  name: check,
  explanation: "Every event that the outbox holds is in the log, or on its way there.",
  needs: ["log"],
  judge({ log }) {
    const doubt = doubtOf(log);
    let orders = 0;
    let published = 0;
    let underWay = 0;
    let longest = 0;
    const waiting = new Map<string, number>();
    const waits = new Sightings();
    const lost = new Sightings();
    const unseen = new Sightings();
    return {
      see({ order, events, outbox }) {
        if (order !== undefined) orders += 1;
        const logged = new Set(events.map(({ eventId }) => eventId));
        published += logged.size;
        for (const row of outbox) {
          if (row.status === "SENT") {
            const old = log.edgeMs !== undefined && row.createdMs <= log.edgeMs;
            if (!logged.has(row.eventId) && !old)
              unseen.add(`${nameOf(row)} is SENT, but not in the log`);
          } else if (row.status === "PARKED" || row.overtaken) lost.add(nameOf(row));
          else if (row.waitedFor) {
            waiting.set(row.status, (waiting.get(row.status) ?? 0) + 1);
            longest = Math.max(longest, row.ageSeconds);
            waits.add(nameOf(row));
          } else underWay += 1;
        }
      },
      finding() {
        const missing = doubt === undefined ? lost.count + unseen.count : lost.count;
        const text = {
          expected: "no event left in the outbox",
          found: [
            `${published} published`,
            ...[...waiting].map(([status, events]) => `${events} ${status}`),
            ...(lost.count === 0 ? [] : [`${lost.count} left behind`]),
            ...(unseen.count === 0 ? [] : [`${unseen.count} SENT, not in the log`]),
          ].join(", "),
          examples: [...lost.examples, ...unseen.examples, ...waits.examples],
        };
        if (missing > 0) {
          return failed(check, {
            ...text,
            detail: `${counted(missing, "event")} will not be in the log by itself: ${text.examples[0]}`,
          });
        }
        if (waits.count > 0) {
          return unknown(check, {
            ...text,
            detail: `${counted(waits.count, "event")} ${waits.count === 1 ? "waits" : "wait"} to be published, for up to ${Math.round(longest)} s: is a relay at work?`,
          });
        }
        if (unseen.count > 0) return unknown(check, { ...text, detail: doubt });
        if (orders === 0 && published === 0) {
          return unknown(check, { ...text, detail: "there was no event to be published" });
        }
        return passed(check, {
          ...text,
          detail: underWay === 0 ? undefined : `${underWay} came while the audit was at work`,
        });
      },
    };
  },
});

function nameOf(row: OutboxRow): string {
  const { eventId, eventType, orderId, sequence, status, lastError, overtaken } = row;
  const why = lastError ?? (overtaken ? "later events were sent before it" : "");
  return `${eventId} (${eventType}, event ${sequence} of ${orderId}, ${status}${why === "" ? "" : `: ${why}`})`;
}
