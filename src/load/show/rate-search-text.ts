import { closingText, exitRow } from "../../report/closing-block.ts";
import { count, milliseconds, perSecond } from "../../report/figures.ts";
import { shown, type Terminal, wrapped } from "../../report/terminal.ts";
import type { RateSearch, RateTry } from "../search/rate-search.ts";
import { searchSentence } from "../search/search-verdict.ts";

/** Cells of a line, and their widths; what follows them, the verdict, is as long as it is. */
const names = ["try", "for", "rate", "achieved", "p99", "lag"] as const;
const widths = [3, 4, 10, 10, 8, 9] as const;
/** Below this each try is a sentence. */
const columnsWidthMin = 70;
const indent = "     ";

/** Pure. What stands above the tries; undefined where each says itself what it is. */
export function tryHead({ width }: Terminal): string | undefined {
  return width < columnsWidthMin ? undefined : cells([...names], "verdict");
}

/** Pure: a line, and below it why the rate did not hold. */
export function tryText(tried: RateTry, terminal: Terminal): string {
  const { number, kind, ratePerSecond, verdict, reasons, figures } = tried;
  const { result, backlog } = figures ?? {};
  const p99 = result && result.responseMs.count > 0 ? milliseconds(result.responseMs.p99) : "-";
  const achieved = result === undefined ? "-" : perSecond(result.achievedRatePerSecond);
  const lag = backlog?.lag === undefined ? "-" : count(backlog.lag);
  const said = verdict.replaceAll("_", " ");
  const why = reasons.map(shown).join("; ");
  if (terminal.width < columnsWidthMin)
    return wrapped(
      `${number} ${kind} ${perSecond(ratePerSecond)}: ${said}; achieved ${achieved}, p99 ${p99}, lag ${lag}${why === "" ? "" : `; ${why}`}`,
      terminal.width,
    ).join("\n");
  const line = cells([String(number), kind, perSecond(ratePerSecond), achieved, p99, lag], said);
  if (why === "") return line;
  const lines = wrapped(why, terminal.width - indent.length).map((each) => indent + each);
  return [line, ...lines].join("\n");
}

function cells(texts: readonly string[], verdict: string): string {
  const padded = texts.map((text, at) => text.padStart(widths[at] ?? 0));
  return [...padded, verdict].join("  ");
}

/** Pure: what the search came to, as the block that stands last. */
export function searchClosing(search: RateSearch, exitCode: number, terminal: Terminal): string {
  const { end, ratePerSecond, heldPerSecond, notHeldPerSecond, request, tries } = search;
  const best = tries.findLast(
    (each) => each.verdict === "held" && each.ratePerSecond === (ratePerSecond ?? heldPerSecond),
  );
  const headlines = {
    found: `Highest rate that holds: ${perSecond(ratePerSecond ?? 0)}`,
    none: "No rate holds",
    unconfirmed: "No rate is confirmed",
    invalid: "Ended early: the generator was the limit",
    unreachable: "Ended early: the target cannot be reached",
    not_reconciled: "Ended early: orders do not reconcile",
    not_measured: "Ended early: a threshold was not measured",
    backlog: "Ended early: a backlog did not drain",
    stopped: "Stopped early",
  } as const;
  const tone = end === "found" ? "good" : end === "none" || end === "unreachable" ? "bad" : "open";
  const held = heldPerSecond === undefined ? "none held" : `${perSecond(heldPerSecond)} held`;
  const above =
    notHeldPerSecond === undefined
      ? "none above it failed"
      : `${perSecond(notHeldPerSecond)} did not`;
  const { figures } = best ?? {};
  const unread = figures?.backlog.unread;
  return closingText(
    {
      headline: headlines[end],
      tone,
      rows: [
        ["tries", `${count(tries.length)}; ${held}, ${above}`],
        [
          "latency",
          figures === undefined
            ? `response p99 up to ${milliseconds(request.sloMs)} was asked`
            : `response p99 ${milliseconds(figures.result.responseMs.p99)} of ${milliseconds(request.sloMs)} allowed`,
        ],
        ...(figures === undefined
          ? []
          : [
              ["backlog", unread === undefined ? "drained" : `not read: ${shown(unread)}`] as const,
            ]),
        ["seed", `${search.seed}; each try has its own, ${search.seed}-1 and on`],
        exitRow(exitCode, [shown(searchSentence(search).replace(/\.$/, ""))]),
      ],
    },
    terminal,
  );
}
