import { ledgerCheck } from "../check.ts";
import { counted, Sightings, unknown } from "../finding.ts";
import { foundAmong } from "./found-among.ts";

const check = "only-sent-was-logged";

/**
 * From the log back to the history: where nobody else places orders, it holds no other order. One that
 * was logged twice, under two ids, shows here alone.
 */
export const onlySentWasLogged = ledgerCheck({
  name: check,
  explanation: "The log holds no order that the history did not send.",
  needs: ["alone", "historyCut"],
  judge({ alone, historyCut }) {
    let logged = 0;
    let unanswered = 0;
    const others = new Sightings();
    return {
      see({ orderId, sent, messages }) {
        if (sent?.state === "unknown" && messages.length === 0) unanswered += 1;
        if (orderId === undefined || messages.length === 0) return;
        logged += 1;
        if (sent === undefined) others.add(`${orderId} of ${messages[0]?.contents?.customerId}`);
      },
      finding() {
        const expected = `${counted(logged, "order")} logged, all sent`;
        const found = `${others.count} others`;
        // What the lost part had sent cannot be told from what nobody sent, there or not.
        if (historyCut) {
          return unknown(check, {
            expected,
            found,
            detail: "the history ends within a line: it was cut off, and orders of it are missing",
            examples: others.examples,
          });
        }
        if (!alone && others.count > 0) {
          return unknown(check, {
            expected,
            found,
            detail: "others may have placed orders, too (--alone says that nobody did)",
            required: false,
          });
        }
        // A system that chooses the ids did not tell us those of the orders that it did not answer.
        if (others.count > 0 && others.count <= unanswered) {
          return unknown(check, {
            expected,
            found,
            detail: `${counted(others.count, "order")} under ids that were not sent, and ${counted(unanswered, "order")} without an answer: they may be the same`,
            examples: others.examples,
          });
        }
        return foundAmong(check, {
          expected,
          right: "no others",
          wrong: others,
          wrongly: found,
          detail: `${counted(others.count, "order")} in the log that the history never sent`,
        });
      },
    };
  },
});
