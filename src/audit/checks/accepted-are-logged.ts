import { ledgerCheck } from "../check.ts";
import { counted, Sightings } from "../finding.ts";
import { foundAmong } from "./found-among.ts";

const check = "accepted-are-logged";

/** Accepted is durable: each order that its sender was told is accepted is in the log, by id. */
export const acceptedAreLogged = ledgerCheck({
  name: check,
  explanation: "Every accepted order is in the log, by its id.",
  needs: ["logDoubt", "wholeLog", "epochBeganAtMs"],
  judge({ logDoubt, wholeLog, epochBeganAtMs = 0 }) {
    let accepted = 0;
    const missing = new Sightings();
    const before = new Sightings();
    const doubt =
      logDoubt ?? (wholeLog ? undefined : "they may lie before what was read of the log");
    return {
      see({ sent, messages }) {
        if (sent?.state !== "acked") return;
        accepted += 1;
        if (messages.length > 0) return;
        const isOlder = sent.sentAtMs !== undefined && sent.sentAtMs < epochBeganAtMs;
        (isOlder ? before : missing).add(sent.orderId);
      },
      finding() {
        const certain = doubt === undefined ? missing : new Sightings();
        const doubtful = doubt === undefined ? before : missing;
        return foundAmong(check, {
          expected: `${accepted} accepted, all in the log`,
          right: `${accepted} there`,
          wrong: certain,
          wrongly: `${certain.count} missing`,
          detail: `${counted(certain.count, "order")} that ${certain.count === 1 ? "was" : "were"} accepted and never got into the log`,
          doubtful,
          doubtfully: `${doubtful.count} not found`,
          doubt: `${counted(doubtful.count, "accepted order")} ${doubtful.count === 1 ? "was" : "were"} not found in the log: ${doubt ?? "sent before the last reset, which emptied the orders"}`,
        });
      },
    };
  },
});
