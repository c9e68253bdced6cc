import { orderCheck } from "../check.ts";
import { counted, type Finding, failed, passed, Sightings, unknown } from "../finding.ts";
import { type OrderTrace, outcomeOf } from "../order-trace.ts";
import { type LostBy, lostBy, lostByNames, lostByText } from "../settle/lost-by.ts";

const check = "accepted-decided-once";

/**
 * Every accepted order has exactly one outcome: accepted = reserved + rejected + dead-lettered, and
 * those that were cancelled before they were decided, by order id. Missing ones are a violation where
 * it is known that they stay missing; the finding says how.
 */
export const acceptedDecidedOnce = orderCheck({
  name: check,
  explanation: "Every accepted order has exactly one outcome: reserved, rejected or dead-lettered.",
  needs: ["drained", "lost", "present"],
  judge(context) {
    const counts = { accepted: 0, reserved: 0, rejected: 0, deadLettered: 0, released: 0 };
    const missing = new Sightings();
    const doubled = new Sightings();
    const lost = new Map<LostBy, number>();
    const { drained, lost: known } = context;
    let open = 0;
    const miss = (id: string, why: string | undefined) => {
      const by = known === undefined ? undefined : lostBy(id, known);
      const remarks = [why, by === undefined ? undefined : `lost: ${by}`].filter(
        (remark) => remark !== undefined,
      );
      missing.add(remarks.length === 0 ? id : `${id} (${remarks.join("; ")})`);
      if (by !== undefined) lost.set(by, (lost.get(by) ?? 0) + 1);
      else if (!drained) open += 1;
    };
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
        else miss(id, outcome.kind === "undecided" ? outcome.why : undefined);
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
        if (doubled.count > 0 || missing.count > open) {
          return failed(check, {
            ...text,
            detail: failure(accepted, { missing, doubled, lost, open }),
          });
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

function failure(
  accepted: number,
  {
    missing,
    doubled,
    lost,
    open,
  }: {
    readonly missing: Sightings;
    readonly doubled: Sightings;
    readonly lost: ReadonlyMap<LostBy, number>;
    readonly open: number;
  },
): string {
  const parts = [];
  if (missing.count > 0) parts.push(`${missing.count} have no outcome`);
  if (doubled.count > 0) parts.push(`${doubled.count} have more than one`);
  const evidence = lostByNames
    .filter((by) => lost.has(by))
    .map((by) => `${lost.get(by)} lost by ${by} (${lostByText[by]})`);
  if (open > 0) evidence.push(`${open} may still be decided`);
  const how = evidence.length === 0 ? "" : `: ${evidence.join(", ")}`;
  return `of ${counted(accepted, "accepted order")} ${parts.join(" and ")}${how}`;
}
