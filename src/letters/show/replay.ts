import { plainTable } from "../../report/plain-table.ts";
import { shown } from "../../report/terminal.ts";
import type { LetterReplay } from "../replay-batch.ts";
import type { ReplaySummary } from "../replay-letters.ts";
import { sourceOf } from "./dead-letters.ts";

export interface ReplayJson {
  readonly topic: string;
  readonly dry_run: boolean;
  readonly replayed: number;
  readonly would_replay: number;
  readonly skipped: number;
  readonly failed: number;
  readonly letters: readonly {
    readonly dead_letter_id: number;
    readonly source: string;
    readonly reason: string;
    readonly order_id: string | null;
    readonly outcome: LetterReplay["outcome"];
    /** Why it was skipped, or what was overruled by --force. */
    readonly because: string | null;
    readonly note: string;
    readonly replayed_as: string | null;
  }[];
  /** Attempts of an interrupted replay, and what the log says became of them. */
  readonly settled: readonly {
    readonly dead_letter_id: number;
    readonly result: ReplaySummary["settled"][number]["result"];
    readonly replayed_as: string | null;
  }[];
  /** There are more letters than --limit. */
  readonly cut: boolean;
}

export function replayJson(
  summary: ReplaySummary,
  { topic, dryRun }: { readonly topic: string; readonly dryRun: boolean },
): ReplayJson {
  const count = (outcome: LetterReplay["outcome"]) =>
    summary.letters.filter((letter) => letter.outcome === outcome).length;
  return {
    topic,
    dry_run: dryRun,
    replayed: count("replayed"),
    would_replay: count("would_replay"),
    skipped: count("skipped"),
    failed: count("failed"),
    letters: summary.letters.map(({ letter, orderId, outcome, because, note, replayedAs: at }) => ({
      dead_letter_id: letter.dead_letter_id,
      source: sourceOf(letter),
      reason: letter.reason,
      order_id: orderId,
      outcome,
      because,
      note,
      replayed_as: at === undefined ? null : `${topic}/${at.partition}/${at.offset}`,
    })),
    settled: summary.settled.map(({ replay, result, offset }) => ({
      dead_letter_id: replay.dead_letter_id,
      result,
      replayed_as:
        offset === undefined ? null : `${replay.target_topic}/${replay.target_partition}/${offset}`,
    })),
    cut: summary.cut,
  };
}

/** Rows of the table at most; --json has all. */
const rowsMax = 100;

export function replayText(result: ReplayJson, width: number | undefined): string {
  const sections = result.settled.map(settledText);
  if (result.letters.length === 0) return [...sections, "no dead letters to replay"].join("\n");
  const rows = result.letters.slice(0, rowsMax);
  sections.push(
    plainTable(
      [
        { name: "id", align: "right" },
        { name: "message" },
        { name: "reason" },
        { name: "outcome" },
        { name: "why, or where it is now" },
      ],
      rows.map((letter) => [
        String(letter.dead_letter_id),
        letter.source,
        letter.reason,
        letter.outcome.replace("_", " "),
        [letter.replayed_as ?? "", overruled(letter)].filter(Boolean).join("; "),
      ]),
      { width },
    ),
  );
  const more = result.letters.length - rows.length;
  if (more > 0) sections.push(`… and ${more} more; --json has all`);
  sections.push(closing(result));
  return sections.join("\n");
}

function overruled({ outcome, note }: ReplayJson["letters"][number]): string {
  if (note === "") return "";
  return outcome === "replayed" || outcome === "would_replay" ? `forced, although ${note}` : note;
}

function settledText({ dead_letter_id, result, replayed_as }: ReplayJson["settled"][number]) {
  const letter = `letter ${dead_letter_id}: an interrupted replay`;
  if (result === "produced") return `${letter} had produced it, as ${shown(replayed_as ?? "")}`;
  if (result === "lost") return `${letter} had not produced it`;
  return `${letter} may have produced it: the log no longer tells`;
}

function closing(result: ReplayJson): string {
  const { replayed, would_replay, skipped, failed, dry_run, topic } = result;
  const parts = [
    dry_run
      ? `${would_replay} would be replayed to ${shown(topic)}`
      : `${replayed} replayed to ${shown(topic)}`,
    `${skipped} skipped`,
    ...(failed > 0 ? [`${failed} failed`] : []),
  ];
  const again =
    replayed > 0
      ? "\nEach is decided as any other order; one that cannot be is a new letter, which points back."
      : "";
  return `${parts.join(", ")}${again}`;
}
