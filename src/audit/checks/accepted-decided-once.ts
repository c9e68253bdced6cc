import { orderCheck } from "../check.ts";
import { counted, type Finding, failed, passed, Sightings, unknown } from "../finding.ts";
import { type OrderTrace, outcomeOf } from "../order-trace.ts";

const check = "accepted-decided-once";

/**
 * Every accepted order has exactly one outcome: accepted = reserved + rejected + dead-lettered, and
 * those that were cancelled before they were decided, by order id. Missing ones are a violation once the group has nothing left to decide.
 */
export const acceptedDecidedOnce = orderCheck({
  name: check,
  explanation: "Every accepted order has exactly one outcome: reserved, rejected or dead-lettered.",
  needs: ["drained", "present"],
  judge(context) {
    const counts = { accepted: 0, reserved: 0, rejected: 0, deadLettered: 0, released: 0 };
    const missing = new Sightings();
    const doubled = new Sightings();
    return {
      see(trace: OrderTrace) {
        if (trace.sent.state !== "acked") return;
        counts.accepted += 1;
        const outcome = outcomeOf(trace);
        const id = trace.sent.orderId;
        if (outcome.kind === "reserved") counts.reserved += 1;
        else if (outcome.kind === "rejected") counts.rejected += 1;
        else if (outcome.kind === "dead-lettered") counts.deadLettered += 1;
        else if (outcome.kind === "released") counts.released += 1;
        else if (outcome.kind === "doubled") doubled.add(`${id} (${outcome.why})`);
        else missing.add(outcome.kind === "undecided" ? `${id} (${outcome.why})` : id);
      },
      finding(): Finding {
        const { accepted, reserved, rejected, deadLettered, released } = counts;
        const found = [
          `${reserved} reserved`,
          `${rejected} rejected`,
          `${deadLettered} dead-lettered`,
          ...(released === 0 ? [] : [`${released} cancelled first`]),
          ...(missing.count === 0 ? [] : [`${missing.count} missing`]),
          ...(doubled.count === 0 ? [] : [`${doubled.count} doubled`]),
        ].join(" + ");
        const text = {
          expected: `${accepted} accepted, one outcome each`,
          found,
          examples: [...doubled.examples, ...missing.examples],
        };
        if (accepted === 0) {
          return unknown(check, {
            ...text,
            detail: "no order was accepted, so nothing could have gone wrong",
          });
        }
        if (doubled.count > 0 || (missing.count > 0 && context.drained)) {
          return failed(check, { ...text, detail: failure(accepted, missing, doubled) });
        }
        if (missing.count > 0) {
          return unknown(check, {
            ...text,
            detail: `${counted(missing.count, "accepted order")} had no outcome yet, and the consumers may still decide them`,
          });
        }
        return passed(check, {
          ...text,
          detail: context.present.deadLetters
            ? undefined
            : "there is no dead_letters table: read as no dead letters",
        });
      },
    };
  },
});

function failure(accepted: number, missing: Sightings, doubled: Sightings): string {
  const parts = [];
  if (missing.count > 0) parts.push(`${missing.count} have no outcome`);
  if (doubled.count > 0) parts.push(`${doubled.count} have more than one`);
  return `of ${counted(accepted, "accepted order")} ${parts.join(" and ")}`;
}
