import { Failure } from "../failure/failure.ts";
import type { Queryable } from "../ports/database.ts";
import type { LetterRef } from "./letter-ref.ts";
import { letterIdAt, lettersOfIds } from "./sql/select-letters.ts";

/** @throws Failure("usage") naming the first that does not exist. */
export async function resolveLetters(
  database: Queryable,
  refs: readonly LetterRef[],
): Promise<readonly number[]> {
  const ids = new Set<number>();
  for (const ref of refs) {
    const id = ref.kind === "id" ? ref.id : await letterIdAt(database, ref);
    if (id === undefined) throw noLetter(refText(ref));
    ids.add(id);
  }
  const known = new Set(
    (await lettersOfIds(database, [...ids])).map((letter) => letter.dead_letter_id),
  );
  for (const id of ids) if (!known.has(id)) throw noLetter(String(id));
  return [...ids];
}

function noLetter(text: string): Failure {
  return new Failure("usage", {
    what: `there is no dead letter ${text}`,
    meaning: "a reset removes dead letters; an order that was decided has none",
    remedy: "`orders dlq list` shows what there is",
  });
}

function refText(ref: LetterRef): string {
  return ref.kind === "id" ? String(ref.id) : `${ref.topic}/${ref.partition}/${ref.offset}`;
}
