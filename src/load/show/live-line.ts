import { formatDuration } from "../../ports/duration.ts";
import { count, milliseconds, perSecond } from "../../report/figures.ts";
import type { LoadProgress } from "../load-options.ts";

/** A piece of the line; pieces of higher rank go first when the terminal is narrow. */
interface Piece {
  readonly text: string;
  readonly rank: number;
}

/**
 * One line that says how a load stands, in at most `columns` characters: long words where they fit,
 * then short ones, then fewer pieces. What went wrong is never left out before what went right.
 */
export function liveLine(progress: LoadProgress, columns: number): string {
  const long = line(pieces(progress, "long"));
  if (long.length <= columns) return long;
  const short = [...pieces(progress, "short")];
  while (line(short).length > columns && short.length > 1) {
    const worst = short.reduce((a, b) => (b.rank > a.rank ? b : a));
    short.splice(short.indexOf(worst), 1);
  }
  return line(short).slice(0, columns);
}

function line(parts: readonly Piece[]): string {
  return parts.map((part) => part.text).join("  ");
}

function pieces(progress: LoadProgress, form: "long" | "short"): readonly Piece[] {
  const { counts, responseMs, elapsedMs, durationMs } = progress;
  const words =
    form === "long"
      ? { acked: "acked", failed: "failed", unknown: "unknown", dropped: "dropped" }
      : { acked: "ok", failed: "fail", unknown: "unk", dropped: "drop" };
  const seconds = formatDuration(Math.floor(Math.min(elapsedMs, durationMs) / 1_000) * 1_000);
  const time =
    elapsedMs < 0
      ? `warm-up ${formatDuration(Math.ceil(-elapsedMs / 1_000) * 1_000)}`
      : `${seconds === "0ms" ? "0s" : seconds}/${formatDuration(durationMs)}`;
  const sent = perSecond(Math.round(progress.sentRatePerSecond));
  const target = perSecond(progress.targetRatePerSecond);
  const trouble = (name: string, found: number, rank: number): Piece => ({
    text: `${name} ${count(found)}`,
    rank: found > 0 ? 1 : rank,
  });
  return [
    { text: time, rank: 3 },
    { text: form === "long" ? `${sent} of ${target}` : `${sent.slice(0, -2)}/${target}`, rank: 0 },
    { text: `${words.acked} ${count(counts.acked)}`, rank: 2 },
    trouble(words.failed, counts.failed, 6),
    trouble(words.unknown, counts.unknown, 8),
    trouble(words.dropped, counts.dropped, 7),
    { text: `p50 ${milliseconds(responseMs.p50)}`, rank: 9 },
    { text: `p99 ${milliseconds(responseMs.p99)}`, rank: 4 },
    { text: `${count(progress.inFlight)} in flight`, rank: 10 },
  ];
}
