import { ledgerCheck } from "../check.ts";
import { counted, Sightings, unknown } from "../finding.ts";
import { placeOf } from "../ledger/ledger-trace.ts";
import { foundAmong } from "./found-among.ts";

const check = "dead-letters-explained";

/** A dead letter says why, and its message is in the log. */
export const deadLettersExplained = ledgerCheck({
  name: check,
  explanation: "Every dead letter carries its reason, and is of a message of the log.",
  needs: ["present", "from", "logDoubt"],
  judge({ present, from, logDoubt }) {
    let seen = 0;
    const wrong = new Sightings();
    const doubtful = new Sightings();
    return {
      see({ orderId, messages, deadLetters }) {
        for (const { partition, offset, reason } of deadLetters) {
          if (partition === undefined || offset === undefined) continue;
          // Each stands by its place, and by its order where it names one: it counts where its message is.
          const logged = messages.some((each) => placeOf(each) === placeOf({ partition, offset }));
          const named = orderId ?? "a message";
          if (logged) seen += 1;
          if (logged && reason.trim() === "")
            wrong.add(`${named} at ${placeOf({ partition, offset })} (no reason)`);
          const older = offset < (from.get(partition) ?? 0);
          // An order's letters name messages of that order.
          if (logged || older || orderId === undefined) continue;
          const example = `${named} (no message of it at ${placeOf({ partition, offset })})`;
          (logDoubt === undefined ? wrong : doubtful).add(example);
        }
      },
      finding() {
        if (!present.deadLetters) {
          return unknown(check, {
            expected: "dead letters with a reason",
            found: "not applicable",
            detail: "there is no dead_letters table",
            required: false,
          });
        }
        return foundAmong(check, {
          expected: `${seen} with reason and message`,
          right: `${seen} explained`,
          wrong,
          wrongly: `${wrong.count} unexplained`,
          detail: `${counted(wrong.count, "dead letter")} without a reason, or of no message of the log`,
          doubtful,
          doubtfully: `${doubtful.count} not found`,
          doubt: `the messages of ${counted(doubtful.count, "dead letter")} were not found: ${logDoubt}`,
        });
      },
    };
  },
});
