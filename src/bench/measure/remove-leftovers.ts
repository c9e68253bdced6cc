import type { Queryable } from "../../ports/database.ts";
import {
  type BenchKind,
  kindOfComment,
  lockNumber,
  type PlaceName,
  placeOfSchema,
  usesKafka,
} from "../figures/place-name.ts";
import { dropPlace } from "./keeper.ts";
import { endSessions } from "./sql/end-sessions.ts";
import { holdPlace } from "./sql/hold-place.ts";
import { releasePlace } from "./sql/release-place.ts";
import { selectLeftovers } from "./sql/select-leftovers.ts";

/**
 * Removes what benches left that were killed: those whose lock is free. What it may not or cannot
 * remove it names. A schema goes last, so that a drain's topics are found again whatever happens.
 * @returns a sentence for each.
 */
export async function removeLeftovers(
  kind: BenchKind,
  keeper: Queryable,
  removeTopics: ((place: PlaceName) => Promise<void>) | undefined,
): Promise<readonly string[]> {
  const notes: string[] = [];
  for (const row of await selectLeftovers(keeper)) {
    const place = placeOfSchema(row.schema);
    const made = kindOfComment(row.comment);
    if (place === undefined || made === undefined) {
      notes.push(
        `The schema ${row.schema} looks like a bench's but is not marked as one: left alone.`,
      );
      continue;
    }
    const lock = lockNumber(place);
    // A bench that runs now has it.
    if (!(await holdPlace(keeper, lock))) continue;
    try {
      notes.push(await removeLeftover(keeper, place, row.mine, made, kind, removeTopics));
    } finally {
      await releasePlace(keeper, lock);
    }
  }
  return notes;
}

async function removeLeftover(
  keeper: Queryable,
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
    await endSessions(keeper, place.applicationName);
    await dropPlace(keeper, schema);
    return `Removed: ${what}${usesKafka(made) ? ` and the topic ${topic}` : ""}.`;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return `${what}, which could not be removed: ${why}`;
  }
}
