import type { TraceCheck } from "../check.ts";
import { counted, Sightings, unknown } from "../finding.ts";
import type { LedgerEvidence } from "../ledger/ledger-evidence.ts";
import type { PartitionTrace } from "../ledger/second-look.ts";
import { foundAmong } from "./found-among.ts";

const check = "decided-in-order";

/**
 * Within a partition decisions never go back: of two messages the later one was not decided by an
 * earlier transaction. By transaction ids, which no clock can turn back.
 */
export const decidedInOrder: TraceCheck<PartitionTrace, LedgerEvidence, "sources"> = {
  name: check,
  explanation: "Within a partition orders were decided in the order of their offsets.",
  needs: ["sources"],
  judge({ sources }) {
    let seen = 0;
    const wrong = new Sightings();
    return {
      see({ partition, decisions }) {
        seen += decisions.length;
        let youngest = Number.POSITIVE_INFINITY;
        let before = decisions[0];
        for (const decision of decisions) {
          if (decision.age > youngest) {
            wrong.add(
              `${decision.orderId} at ${partition}/${decision.offset} before ${before?.orderId} at ${partition}/${before?.offset}`,
            );
          } else {
            youngest = decision.age;
            before = decision;
          }
        }
      },
      finding() {
        if (!sources) {
          return unknown(check, {
            expected: "decisions in the order of offsets",
            found: "not applicable",
            detail: "this system does not keep which message an order came from",
            required: false,
          });
        }
        return foundAmong(check, {
          expected: `${seen} in the order of their offsets`,
          right: "in order",
          wrong,
          wrongly: `${wrong.count} out of order`,
          detail: `${counted(wrong.count, "order")} decided before an earlier message of the partition`,
        });
      },
    };
  },
};
