import { ledgerCheck } from "../check.ts";
import { counted, Sightings } from "../finding.ts";
import { foundAmong } from "./found-among.ts";
import { sameContents } from "./same-contents.ts";

const check = "log-says-what-was-sent";

/** What stands in the log for an order is what its sender asked for. */
export const logSaysWhatWasSent = ledgerCheck({
  name: check,
  explanation: "The log's message of an order says what was sent.",
  needs: [],
  judge() {
    let compared = 0;
    const wrong = new Sightings();
    return {
      see({ sent, messages }) {
        if (sent === undefined || messages.length === 0) return;
        compared += 1;
        const other = messages.find(
          ({ contents }) => contents === undefined || !sameContents(contents, sent),
        );
        if (other === undefined) return;
        const why = other.contents === undefined ? "no order can be read in it" : "other contents";
        wrong.add(`${sent.orderId} at ${other.partition}/${other.offset} (${why})`);
      },
      finding: () =>
        foundAmong(check, {
          expected: `${compared} logged as sent`,
          right: `${compared} equal`,
          wrong,
          wrongly: `${wrong.count} different`,
          detail: `the log says of ${counted(wrong.count, "order")} something else than was sent`,
        }),
    };
  },
});
