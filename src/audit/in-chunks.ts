/**
 * Groups what comes one by one, so that ids travel to the database by the thousand: one statement
 * for each would be slow, one for all could not be held.
 */
export async function* inChunks<T>(
  items: Iterable<T> | AsyncIterable<T>,
  size: number,
): AsyncGenerator<readonly T[]> {
  let chunk: T[] = [];
  for await (const item of items) {
    chunk.push(item);
    if (chunk.length < size) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

export const idsPerStatement = 10_000;
