import { plainTable } from "../../report/plain-table.ts";
import type { LetterList } from "../list-letters.ts";
import type { LetterRow } from "../sql/select-letters.ts";

/** What a dead letter looks like from outside, and what became of it. */
export interface DeadLetterJson {
  readonly dead_letter_id: number;
  /** topic/partition/offset. */
  readonly source: string;
  readonly reason: string;
  readonly detail: string;
  readonly order_id: string | null;
  /** null for a tombstone, which has no value. */
  readonly value_bytes: number | null;
  readonly recorded_at: string;
  /** When it was acknowledged in the dead-letter topic; null: it waits for a running consumer. */
  readonly published_at: string | null;
  /** How often it was produced to the orders' topic again. */
  readonly replays: number;
  /** topic/partition/offset of its replay. */
  readonly replayed_as: string | null;
  readonly replayed_at: string | null;
  /** An attempt to replay it has no result: `orders dlq replay` finds it out. */
  readonly replay_pending: boolean;
  /** The letter that its replay became in turn. */
  readonly dead_lettered_again_as: number | null;
  /** The letter whose replay this is. */
  readonly replay_of: number | null;
}

export function deadLetterJson(row: LetterRow): DeadLetterJson {
  const produced = row.replay_result === "produced";
  return {
    dead_letter_id: row.dead_letter_id,
    source: sourceOf(row),
    reason: row.reason,
    detail: row.detail,
    order_id: row.order_id,
    value_bytes: row.value_bytes,
    recorded_at: row.recorded_at.toISOString(),
    published_at: row.published_at?.toISOString() ?? null,
    replays: row.replays,
    replayed_as: produced
      ? `${row.replay_topic}/${row.replay_partition}/${row.replay_offset}`
      : null,
    replayed_at: produced ? (row.replayed_at?.toISOString() ?? null) : null,
    replay_pending: row.replay_topic !== null && row.replay_result === null,
    dead_lettered_again_as: row.again_id,
    replay_of: row.replay_of,
  };
}

export function sourceOf(row: LetterRow): string {
  return `${row.source_topic}/${row.source_partition}/${row.source_offset}`;
}

export interface DeadLetterListJson extends Omit<LetterList, "letters"> {
  readonly total: number;
  readonly letters: readonly DeadLetterJson[];
}

export function deadLetterListJson(list: LetterList): DeadLetterListJson {
  return {
    total: list.reasons.reduce((sum, { letters }) => sum + letters, 0),
    reasons: list.reasons,
    letters: list.letters.map(deadLetterJson),
    cut: list.cut,
  };
}

/** @param width characters in a line of the terminal; undefined where there is none. */
export function deadLetterListText(list: DeadLetterListJson, width: number | undefined): string {
  if (list.total === 0) return "no dead letters";
  const reasons = plainTable(
    [
      { name: "reason" },
      { name: "letters", align: "right" },
      { name: "not published", align: "right" },
      { name: "replayed", align: "right" },
    ],
    list.reasons.map(({ reason, letters, unpublished, replayed }) => [
      reason,
      ...[letters, unpublished, replayed].map(String),
    ]),
    { width },
  );
  if (list.letters.length === 0) return reasons;
  const letters = plainTable(
    [
      { name: "id", align: "right" },
      { name: "message" },
      { name: "why" },
      { name: "recorded" },
      { name: "state" },
    ],
    list.letters.map((letter) => [
      String(letter.dead_letter_id),
      letter.source,
      `${letter.reason}: ${letter.detail}`,
      seconds(letter.recorded_at),
      stateText(letter),
    ]),
    { width },
  );
  return `${reasons}\n\n${letters}`;
}

/** Short: what became of a letter. */
function stateText(letter: DeadLetterJson): string {
  const notes = [letter.published_at === null ? "not published" : "published"];
  if (letter.replay_of !== null) notes.push(`replay of ${letter.replay_of}`);
  if (letter.replay_pending) notes.push("replay under way or interrupted");
  else if (letter.replays > 0)
    notes.push(letter.replays === 1 ? "replayed" : `replayed ${letter.replays} times`);
  if (letter.dead_lettered_again_as !== null)
    notes.push(`dead-lettered again as ${letter.dead_lettered_again_as}`);
  return notes.join(", ");
}

/** 2026-11-22T21:01:02.345Z → 2026-11-22 21:01:02Z */
export function seconds(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)}Z`;
}
