import type { Queryable } from "../ports/database.ts";
import type { LetterRef } from "./letter-ref.ts";
import { orderIdOf, planReplay, type ReplayPlan } from "./plan-replay.ts";
import { resolveLetters } from "./resolve-letters.ts";
import { decidedOrders } from "./sql/decided-orders.ts";
import { contentsOf, type LetterContents } from "./sql/letter-contents.ts";
import { type LetterRow, lettersOfIds } from "./sql/select-letters.ts";

export interface ShownLetter {
  readonly letter: LetterRow;
  readonly contents: LetterContents;
  /** null: the message is no order. */
  readonly order: { readonly id: string; readonly status: string | null } | null;
  /** What a replay would do now. */
  readonly plan: ReplayPlan;
}

/** @throws Failure("usage") when there is no such letter. */
export async function showLetter(database: Queryable, ref: LetterRef): Promise<ShownLetter> {
  const ids = await resolveLetters(database, [ref]);
  const [letter] = await lettersOfIds(database, ids);
  if (letter === undefined) throw new Error("the letter was removed meanwhile");
  const contents = (await contentsOf(database, ids)).get(letter.dead_letter_id) ?? {
    message_key: null,
    message_value: null,
  };
  const orderId = orderIdOf(letter, contents);
  const decided =
    orderId === null ? undefined : (await decidedOrders(database, [orderId])).get(orderId);
  return {
    letter,
    contents,
    order: orderId === null ? null : { id: orderId, status: decided?.status ?? null },
    plan: planReplay(letter, contents, { topic: letter.source_topic, decided, force: false }),
  };
}
