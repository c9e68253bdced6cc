import { expect, it } from "vitest";
import { WhereToLook } from "../../../../src/shop/relay/where-to-look.ts";

/** At each time a look that takes a millisecond and finds ids up to this one. */
function looks(
  where: WhereToLook,
  ...found: readonly [atMs: number, id?: number, full?: boolean][]
) {
  return found.map(([atMs, id, full = false]) => {
    const look = where.next(atMs);
    where.looked(look, atMs + 1, id, full);
    return look.afterId;
  });
}

it("goes on behind a full batch, and from the beginning now and then", () => {
  const where = new WhereToLook();
  expect(looks(where, [0, 100, true], [10, 200, true], [20, 300, true], [260, 400, true])).toEqual([
    ...[0, 100, 200],
    // What was committed late, below all that is in sight.
    0,
  ]);
  expect(looks(where, [270, 410], [280])).toEqual([400, 0]);
});

it("leaves out what was given its id a while ago", () => {
  const where = new WhereToLook();
  looks(where, [0, 100], [240, 150]);
  const found = looks(where, [252, 160], [300, 170], [490, 200], [510], [600, 210], [750], [770]);
  // Of the id of half a second before, as long as no look from the beginning is due.
  expect(found).toEqual([0, 0, 0, 100, 100, 0, 150]);
});

it("looks at all of it a tenth of the time at most, however long that takes", () => {
  const where = new WhereToLook();
  const look = where.next(0);
  where.looked(look, 400, 1_000, false);
  expect(looks(where, [1_000], [4_300], [4_401])).toEqual([1_000, 1_000, 0]);
  where.lookAtAll();
  expect(where.next(4_410).afterId).toBe(0);
});
