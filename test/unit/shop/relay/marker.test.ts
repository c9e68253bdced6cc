import { describe, expect, it } from "vitest";
import type { Database } from "../../../../src/ports/database.ts";
import { Marker } from "../../../../src/shop/relay/marker.ts";

describe("marker of events", () => {
  it("marks what comes after a request of which nothing came about", async () => {
    const marked: number[] = [];
    const database = {
      query: (_: unknown, [ids]: readonly [readonly number[]]) =>
        Promise.resolve({ rows: [], rowCount: ids.length }),
    } as unknown as Database;
    const marker = new Marker({
      database,
      counts: { published: 0, found: 0, duplicates: 0, refused: 0, parked: 0 },
      log: () => {},
      onMarked: (ids) => void marked.push(...ids),
      stopping: () => false,
    });
    marker.add([], []);
    marker.add([1, 2], []);
    await marker.drained();
    expect(marked).toEqual([1, 2]);
  });
});
