import { ledgerCheck } from "../check.ts";
import { counted, Sightings, unknown } from "../finding.ts";
import { isJudged } from "../ledger/ledger-evidence.ts";
import { type LedgerTrace, placeOf } from "../ledger/ledger-trace.ts";
import { decidingMessage, orderTraceOf } from "../ledger/ordered-from.ts";
import { outcomeOf } from "../order-trace.ts";
import type { LoggedOrder } from "../row-origins.ts";
import { foundAmong } from "./found-among.ts";
import { sameContents } from "./same-contents.ts";

const check = "messages-decided-once";

/**
 * From the log to the database: each message below the consumers' offsets has one outcome. Copies of an
 * order count once; the same id with other contents must have its dead letter; a dead letter that was
 * produced again counts by what became of the replay.
 */
export const messagesDecidedOnce = ledgerCheck({
  name: check,
  explanation:
    "Every message that the consumers have passed has exactly one outcome: reserved, rejected or dead-lettered.",
  needs: ["judgedTo", "judgedBy", "present"],
  judge({ judgedTo, judgedBy, present }) {
    let judged = 0;
    let beyond = 0;
    let copies = 0;
    const wrong = new Sightings();
    const open = new Sightings();
    // Some commit an offset before they decide: alone it does not show that anything is lost.
    const lost = judgedBy === "committed-offsets" ? open : wrong;
    const illegible = new Sightings();
    return {
      see(trace) {
        if (isPlain(trace, judgedTo)) {
          judged += 1;
          return;
        }
        const mine = trace.messages.filter(
          // An illegible one is known by its place: there it is judged.
          ({ contents }) => (contents === undefined) === (trace.orderId === undefined),
        );
        const passed = mine.filter((message) => isJudged(message, judgedTo));
        judged += passed.length;
        beyond += mine.length - passed.length;
        if (mine.length === 0) return;
        // Where no dead letters are kept, its consumer may have read what the audit cannot.
        if (trace.orderId === undefined && !present.deadLetters) {
          for (const message of passed) illegible.add(placeOf(message));
          return;
        }
        const missing = openAmong(trace, passed, present.deadLetters);
        if (missing !== undefined) {
          return lost.add(`${nameOf(trace, missing.message)} (${missing.why})`);
        }
        copies += Math.max(0, passed.length - 1);
        const order = orderTraceOf(trace);
        const outcome = order === undefined ? undefined : outcomeOf(order);
        if (outcome?.kind === "doubled") wrong.add(`${trace.orderId} (${outcome.why})`);
      },
      finding() {
        const expected = `${judged} passed by the consumers, one outcome each`;
        if (judged === 0) {
          return unknown(check, {
            expected: "messages with one outcome each",
            found: beyond === 0 ? "no messages" : `${beyond} not decided yet`,
            detail:
              beyond === 0
                ? "the log holds no message, so nothing could have gone wrong"
                : `the consumers have passed none of ${counted(beyond, "message")} of the log`,
          });
        }
        const text = open.count > 0 ? openText(open) : illegibleText(illegible);
        return foundAmong(check, {
          expected,
          ...text,
          right: `${judged - copies} decided${copies === 0 ? "" : `, ${copies} copies`}${beyond === 0 ? "" : `; ${beyond} beyond`}`,
          wrong,
          wrongly: `${wrong.count} with none, or more than one`,
          detail: `of ${counted(judged, "message")} that ${by[judgedBy]} ${wrong.count} ${wrong.count === 1 ? "has" : "have"} no outcome, or more than one`,
        });
      },
    };
  },
});

function openText(open: Sightings) {
  return {
    doubtful: open,
    doubtfully: `${open.count} without an outcome`,
    doubt: `${counted(open.count, "message")} below the offsets that the group committed to Kafka had no outcome yet, the first ${open.examples[0]}: some consumers commit before they decide; once nothing moves any more they are judged`,
  };
}

function illegibleText(illegible: Sightings) {
  return {
    doubtful: illegible,
    doubtfully: `${illegible.count} not legible`,
    doubt: `no order can be read in ${counted(illegible.count, "message")}, the first at ${illegible.examples[0]}, and no dead letters are kept that would say what became of it`,
  };
}

const by = {
  "stored-offsets": "the offsets stored with their effects have passed,",
  "committed-offsets": "the offsets committed to Kafka have passed,",
  settled: "the log held when nothing moved any more,",
} as const;

/** Nearly every order: one message, one row of it with an outcome, no dead letter. */
function isPlain(
  { orderId, messages, rows, deadLetters }: LedgerTrace,
  judgedTo: ReadonlyMap<number, number>,
): boolean {
  const [message] = messages;
  const [row] = rows;
  if (messages.length !== 1 || rows.length !== 1 || deadLetters.length !== 0) return false;
  if (message?.contents === undefined || row === undefined || orderId === undefined) return false;
  return isJudged(message, judgedTo) && (row.status === "reserved" || row.status === "rejected");
}

/** The first message that has no outcome of its own, and shares none. */
function openAmong(
  trace: LedgerTrace,
  passed: readonly LoggedOrder[],
  lettersKept: boolean,
): { readonly message: LoggedOrder; readonly why: string } | undefined {
  const { rows, deadLetters } = trace;
  const lettered = new Set(deadLetters.map(placeOf));
  // A letter that names no place of this topic is of the order as a whole.
  const elsewhere = deadLetters.some(({ offset }) => offset === undefined);
  const deciding = rows.length === 0 ? undefined : (decidingMessage(trace)?.contents ?? "unknown");
  for (const message of passed) {
    if (lettered.has(placeOf(message))) continue;
    if (deciding === undefined) {
      // The copy of one that was dead-lettered before, as a redelivery is.
      const twin = passed.some((other) => lettered.has(placeOf(other)) && isCopy(other, message));
      if (twin && !deadLetters.some(({ replayed }) => replayed)) continue;
      if (!elsewhere) return { message, why: "no outcome" };
    } else if (
      lettersKept &&
      deciding !== "unknown" &&
      message.contents !== undefined &&
      !sameContents(deciding, message.contents)
    ) {
      return { message, why: "the same id with other contents, and no dead letter" };
    }
  }
  return undefined;
}

function isCopy(a: LoggedOrder, b: LoggedOrder): boolean {
  return (
    a.contents !== undefined && b.contents !== undefined && sameContents(a.contents, b.contents)
  );
}

function nameOf({ orderId }: LedgerTrace, message: LoggedOrder): string {
  return orderId === undefined ? placeOf(message) : `${orderId} at ${placeOf(message)}`;
}
