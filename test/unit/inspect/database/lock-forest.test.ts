import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LockNode } from "../../../../src/inspect/database/answers.ts";
import { lockForest, type Waiting } from "../../../../src/inspect/database/lock-forest.ts";

function waits(pid: number, ...blockers: number[]): Waiting {
  return {
    pid,
    blockers,
    waitsFor: {
      lock: "tuple",
      mode: "ExclusiveLock",
      relation: null,
      row: null,
      product_id: null,
      seconds: 100 - pid,
    },
  };
}

/** `1(2 3(4))`: 2 and 3 wait for 1, 4 for 3. */
function drawn(nodes: readonly LockNode[]): string {
  return nodes
    .map(
      ({ session, waiting }) => `${session.pid}${waiting.length > 0 ? `(${drawn(waiting)})` : ""}`,
    )
    .join(" ");
}

const tree = (...waiting: Waiting[]) => lockForest(waiting, []);

describe("lockForest", () => {
  it("puts the one that waits for nobody at the root", () => {
    const forest = tree(waits(2, 1), waits(3, 2), waits(4, 2));
    expect(drawn(forest.blockers)).toBe("1(2(3 4))");
    expect(forest).toMatchObject({ waiting: 3, longest_wait_seconds: 98, deadlocked: [] });
  });

  it("shows who waits behind several once, and names the others", () => {
    const forest = tree(waits(2, 1), waits(3, 2, 1), waits(4, 3, 2));
    expect(drawn(forest.blockers)).toBe("1(2(4) 3)");
    expect(forest.blockers[0]?.waiting[1]?.also_behind).toEqual([2]);
    expect(forest.blockers[0]?.waiting[0]?.waiting[0]?.also_behind).toEqual([3]);
  });

  it("names a circle, and what waits behind it", () => {
    const forest = tree(waits(5, 7), waits(7, 5), waits(9, 7));
    expect(forest.deadlocked).toEqual([5, 7]);
    expect(drawn(forest.blockers)).toBe("5(7(9))");
  });

  it("keeps trees apart, and knows a prepared transaction by 0", () => {
    expect(drawn(tree(waits(2, 1), waits(8, 0)).blockers)).toBe("0(8) 1(2)");
  });

  it("shows every session exactly once, whatever waits for whom", () => {
    const edges = fc.array(
      fc.tuple(fc.nat(12), fc.array(fc.nat(12), { minLength: 1, maxLength: 4 })),
      {
        maxLength: 20,
      },
    );
    fc.assert(
      fc.property(edges, (given) => {
        const waiting = given.map(([pid, blockers]) => waits(pid, ...blockers));
        const forest = lockForest(waiting, []);
        const shown: number[] = [];
        const walk = (node: LockNode): void => {
          shown.push(node.session.pid);
          node.waiting.forEach(walk);
        };
        forest.blockers.forEach(walk);
        expect(new Set(shown).size).toBe(shown.length);
        for (const { pid } of waiting) expect(shown).toContain(pid);
      }),
    );
  });
});
