import type { Queryable } from "../ports/database.ts";
import {
  countByReason,
  type LetterFilter,
  type LetterRow,
  newestLetters,
  type ReasonCount,
} from "./sql/select-letters.ts";

export interface LetterList {
  readonly reasons: readonly ReasonCount[];
  readonly letters: readonly LetterRow[];
  /** There are more than asked for. */
  readonly cut: boolean;
}

/** @returns counts of all that match, and the newest `limit` of them. */
export async function listLetters(
  database: Queryable,
  filter: LetterFilter,
  limit: number,
): Promise<LetterList> {
  const reasons = await countByReason(database, filter);
  const letters = await newestLetters(database, filter, limit + 1);
  return { reasons, letters: letters.slice(0, limit), cut: letters.length > limit };
}
