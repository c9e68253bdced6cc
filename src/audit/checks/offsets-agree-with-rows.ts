import { ledgerCheck } from "../check.ts";
import { counted, Sightings, unknown } from "../finding.ts";
import { isJudged } from "../ledger/ledger-evidence.ts";
import { placeOf } from "../ledger/ledger-trace.ts";
import { foundAmong } from "./found-among.ts";

const check = "offsets-agree-with-rows";

/** What was decided lies below the stored offsets: effects and offsets went into one transaction. */
export const offsetsAgreeWithRows = ledgerCheck({
  name: check,
  explanation: "No order was decided whose message the stored offsets have not passed.",
  needs: ["judgedTo", "judgedBy", "sources"],
  judge({ judgedTo, judgedBy, sources }) {
    let seen = 0;
    const wrong = new Sightings();
    return {
      see({ orderId, rows, deadLetters }) {
        for (const { partition, offset } of [...rows.slice(0, 1), ...deadLetters]) {
          if (partition === undefined || offset === undefined) continue;
          seen += 1;
          if (isJudged({ partition, offset }, judgedTo)) continue;
          wrong.add(
            `${orderId ?? "a message"} at ${placeOf({ partition, offset })}, stored ${judgedTo.get(partition) ?? 0}`,
          );
        }
      },
      finding() {
        if (judgedBy !== "stored-offsets" || !sources) {
          return unknown(check, {
            expected: "offsets stored with their effects",
            found: "not applicable",
            detail: "this system does not store the log's offsets with what it decides",
            required: false,
          });
        }
        return foundAmong(check, {
          expected: `${seen} decided below the stored offsets`,
          right: "all below",
          wrong,
          wrongly: `${wrong.count} beyond`,
          detail: `${counted(wrong.count, "outcome")} of messages that the stored offsets have not passed`,
        });
      },
    };
  },
});
