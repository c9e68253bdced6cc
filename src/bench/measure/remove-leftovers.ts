import type { Session } from "../../runtime/postgres/session.ts";
import {
  type BenchKind,
  kindOfComment,
  lockNumber,
  type PlaceName,
  placeOfSchema,
  usesKafka,
} from "../figures/place-name.ts";
import { ask, dropPlace } from "./keeper.ts";
import { endSessions } from "./sql/end-sessions.ts";
import { holdPlace, releasePlace } from "./sql/hold-place.ts";
import { type SchemaRow, selectLeftovers } from "./sql/select-leftovers.ts";

/**
 * Removes what benches left that were killed: those whose lock is free. What it may not or cannot
 * remove it names. A schema goes last, so that a drain's topics are found again whatever happens.
 * @returns a sentence for each.
 */
export async function removeLeftovers(
  kind: BenchKind,
  keeper: Session,
  removeTopics: ((place: PlaceName) => Promise<void>) | undefined,
): Promise<readonly string[]> {
  const notes: string[] = [];
  for (const row of await ask<SchemaRow>(keeper, selectLeftovers, [])) {
    const place = placeOfSchema(row.schema);
    const made = kindOfComment(row.comment);
    if (place === undefined || made === undefined) {
      notes.push(
        `The schema ${row.schema} looks like a bench's but is not marked as one: left alone.`,
      );
      continue;
    }
    const lock = lockNumber(place);
    const [held] = await ask<{ held: boolean }>(keeper, holdPlace, [lock]);
    // A bench that runs now.
    if (held?.held !== true) continue;
    try {
      notes.push(await removeLeftover(keeper, place, row.mine, made, kind, removeTopics));
    } finally {
      await ask(keeper, releasePlace, [lock]);
    }
  }
  return notes;
}

async function removeLeftover(
  keeper: Session,
  place: PlaceName,
  mine: boolean,
  made: BenchKind,
  kind: BenchKind,
  removeTopics: ((place: PlaceName) => Promise<void>) | undefined,
): Promise<string> {
  const { schema, topic } = place;
  const what = `a killed \`orders bench ${made}\` left the schema ${schema}`;
  if (!mine) return `${what}, which belongs to another user: left alone.`;
  if (usesKafka(made) && (!usesKafka(kind) || removeTopics === undefined))
    return `${what} and perhaps the topic ${topic}; the next \`orders bench ${made}\` removes them.`;
  try {
    if (usesKafka(made)) await removeTopics?.(place);
    await ask(keeper, endSessions, [place.applicationName]);
    await dropPlace(keeper, schema);
    return `Removed: ${what}${usesKafka(made) ? ` and the topic ${topic}` : ""}.`;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return `${what}, which could not be removed: ${why}`;
  }
}
