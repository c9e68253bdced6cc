import type { Queryable } from "../ports/database.ts";
import { idsPerStatement } from "./in-chunks.ts";
import type { AuditedSchema } from "./read-schema.ts";
import { deadLettersOf } from "./sql/select-dead-letters.ts";
import { orderedIdsAmong } from "./sql/select-decided.ts";

/** @returns those orders that have neither a row nor a dead letter. */
export async function undecidedAmong(
  database: Queryable,
  orderIds: readonly string[],
  schema: AuditedSchema,
): Promise<readonly string[]> {
  const { present, replays } = schema;
  const open: string[] = [];
  for (let from = 0; from < orderIds.length; from += idsPerStatement) {
    const chunk = orderIds.slice(from, from + idsPerStatement);
    const ordered = await orderedIdsAmong(database, chunk, schema);
    const left = chunk.filter((id) => !ordered.has(id));
    if (left.length === 0) continue;
    const dead = present.deadLetters ? await deadLettersOf(database, left, replays) : undefined;
    // One by one: a spread of thousands of arguments can exceed the stack.
    for (const id of left) if (dead?.has(id) !== true) open.push(id);
  }
  return open;
}
