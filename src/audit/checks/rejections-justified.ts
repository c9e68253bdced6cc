import { orderCheck } from "../check.ts";
import { counted, failed, passed, Sightings, unknown } from "../finding.ts";
import type { OrderEvidence } from "../order-evidence.ts";
import type { OrderTrace } from "../order-trace.ts";
import type { SentOrder } from "../sent-order.ts";

const check = "rejections-justified";

type RejectionEvidence = Pick<OrderEvidence, "available" | "present" | "stockOnlyShrank">;

/**
 * Never undersold: an order is rejected only if a product of it was short, or unknown, when it was
 * decided. Two witnesses: what the rejection recorded, and (while stock only shrinks) what is left
 * at the end, since what would still suffice now sufficed then too.
 */
export const rejectionsJustified = orderCheck({
  name: check,
  explanation:
    "An order was rejected only where a product of it was short, or unknown, when it was decided.",
  needs: ["available", "present", "stockOnlyShrank"],
  judge(context) {
    let rejected = 0;
    const wrong = new Sightings();
    const unrecorded = new Sightings();
    return {
      see(trace) {
        if (trace.rows[0]?.status !== "rejected") return;
        rejected += 1;
        const judgement = judgementOf(trace, context);
        const example = `${trace.sent.orderId} (${judgement.why})`;
        if (judgement.kind === "wrong") wrong.add(example);
        if (judgement.kind === "unrecorded") unrecorded.add(example);
      },
      finding() {
        const expected = `${rejected} rejected, each short or unknown`;
        if (wrong.count > 0) {
          return failed(check, {
            expected,
            found: `${wrong.count} without cause`,
            detail: `undersold: ${counted(wrong.count, "order")} of ${rejected} rejected without cause: ${wrong.examples[0]}`,
            examples: wrong.examples,
          });
        }
        if (unrecorded.count > 0) {
          return unknown(check, {
            expected,
            found: `${unrecorded.count} without a record`,
            detail: `${counted(unrecorded.count, "rejection")} recorded neither what was wanted nor what was available, so it is not known whether each was right when it was decided${context.stockOnlyShrank ? "; what is left at the end meets none of them, so nothing stayed unsold" : ""}`,
            examples: unrecorded.examples,
            // Seen as a whole nothing was undersold: a system that records no reasons can do no more.
            required: !context.stockOnlyShrank,
          });
        }
        return passed(check, {
          expected,
          found: rejected === 0 ? "none rejected" : `${rejected} justified`,
        });
      },
    };
  },
});

interface Judgement {
  readonly kind: "justified" | "wrong" | "unrecorded";
  readonly why: string;
}

function judgementOf(trace: OrderTrace, context: RejectionEvidence): Judgement {
  const { sent } = trace;
  if (context.stockOnlyShrank && wouldStillBeMet(sent, context.available)) {
    return { kind: "wrong", why: "what is left would still meet it" };
  }
  const row = trace.rows[0];
  const detail = row?.rejectionDetail;
  if (row?.rejectionReason === "unknown_product") return judgeUnknownProduct(sent, detail, context);
  if (detail === undefined || detail === null) {
    // Our consumers write the two together: a rejection of theirs without a record was not theirs.
    if (context.present.rejectionDetail && row?.namesMessage === true) {
      return {
        kind: "wrong",
        why: "no record of what was short, which its consumer always writes",
      };
    }
    // Without a record: what is left at the end is short, and it was never less before. That shows
    // that the rejection can be right, not that it was.
    return { kind: "unrecorded", why: "nothing recorded" };
  }
  const { product_id: productId, wanted, available } = detail;
  const sentPieces = piecesOf(sent, productId);
  if (sentPieces !== wanted) {
    return { kind: "wrong", why: `recorded ${wanted} of ${productId} wanted, sent ${sentPieces}` };
  }
  if (available >= wanted) {
    return { kind: "wrong", why: `wanted ${wanted} of ${productId}, ${available} available` };
  }
  return { kind: "justified", why: "short" };
}

function judgeUnknownProduct(
  sent: SentOrder,
  detail: { readonly product_id: string } | null | undefined,
  context: RejectionEvidence,
): Judgement {
  const named = detail?.product_id;
  const known = sent.lines.every((line) => context.available.has(line.productId));
  const namedKnown = named !== undefined && context.available.has(named);
  return known || namedKnown
    ? { kind: "wrong", why: `${named ?? "every product"} is not unknown` }
    : { kind: "justified", why: "unknown product" };
}

function wouldStillBeMet(sent: SentOrder, available: ReadonlyMap<string, number>): boolean {
  return sent.lines.every((line) => {
    const left = available.get(line.productId);
    return left !== undefined && left >= piecesOf(sent, line.productId);
  });
}

/** The same product on several lines is summed, as in the decision. */
function piecesOf(sent: SentOrder, productId: string): number {
  return sent.lines
    .filter((line) => line.productId === productId)
    .reduce((sum, line) => sum + line.quantity, 0);
}
