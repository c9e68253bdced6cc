import { exitCodeOf } from "../../failure/failure.ts";
import { searchLimits } from "./find-rate.ts";
import type { RateSearch, SearchEnd } from "./rate-search.ts";

const exitCodes: Readonly<Record<SearchEnd, number>> = {
  found: 0,
  none: exitCodeOf.undelivered,
  unconfirmed: exitCodeOf.undelivered,
  invalid: exitCodeOf.undelivered,
  unreachable: exitCodeOf.environment,
  not_reconciled: exitCodeOf.inconclusive,
  not_measured: exitCodeOf.inconclusive,
  backlog: exitCodeOf.inconclusive,
  // Its own code is the signal's.
  stopped: 0,
};

/** @returns what a search ends with by itself; a failed history (7) and a signal say more. */
export function searchExitCode({ end, tries }: RateSearch): number {
  const last = tries.at(-1)?.figures?.delivered.exitCode;
  return end === "stopped" && last === exitCodeOf.output ? last : exitCodes[end];
}

/** One sentence for a person: what it came to, what that means, and what to do. */
export function searchSentence(search: RateSearch): string {
  const { end, request, ratePerSecond, heldPerSecond, notHeldPerSecond } = search;
  const last = search.tries.at(-1);
  const at = last === undefined ? "" : ` at ${rate(last.ratePerSecond)}`;
  const why = search.reason ?? last?.reasons.join("; ") ?? "";
  const soFar =
    heldPerSecond === undefined
      ? "No rate had held until then."
      : `${rate(heldPerSecond)} had held until then, which is not the highest that holds.`;
  switch (end) {
    case "found": {
      const rows = request.reconcile
        ? "each acknowledged order has its row"
        : "whether its orders have rows was not looked at";
      const above =
        notHeldPerSecond === undefined
          ? "it is the highest that can be asked for"
          : `${rate(notHeldPerSecond)} did not hold`;
      return `${rate(ratePerSecond ?? 0)} holds: held for ${seconds(request.durationMs.hold)}, and ${rows}; ${above}.`;
    }
    case "none":
      return `Not even ${rate(request.fromPerSecond)} held: ${why}. Begin lower (--from), or allow more (--slo).`;
    case "unconfirmed":
      return `${rate(heldPerSecond ?? 0)} held for ${seconds(request.durationMs.step)}, but no rate that was tried held for ${seconds(request.durationMs.hold)} (${searchLimits.holdsMax} at most are): ${why}. A longer --step finds what a short one does not show.`;
    case "invalid":
      return `Ended${at}: ${why}. ${soFar}`;
    case "unreachable":
      return `Nothing was reached any more${at}: ${why}. ${soFar}`;
    case "not_reconciled":
      return `The rate${at.replace(" at", "")} does not count: ${why}. \`orders lag\` and \`orders dlq list\` say whether they are waiting or set aside. ${soFar}`;
    case "not_measured":
      return `The rate${at.replace(" at", "")} does not count: ${why}. ${soFar}`;
    case "backlog":
      return `A backlog did not drain in time: ${why}. Whatever were tried next would be measured behind it; is a consumer running? ${soFar}`;
    case "stopped":
      return `Stopped${at}. ${soFar}`;
  }
}

function rate(perSecond: number): string {
  return `${perSecond.toLocaleString("en-US")}/s`;
}

function seconds(ms: number): string {
  return `${ms / 1_000} s`;
}
