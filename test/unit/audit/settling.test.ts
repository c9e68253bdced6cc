import { describe, expect, it } from "vitest";
import { lostBy } from "../../../src/audit/settle/lost-by.ts";
import { lostCounts, lostOrders, openPartitions } from "../../../src/audit/settle/lost-orders.ts";
import { passedBy } from "../../../src/audit/settle/passed.ts";
import { type Look, Settling } from "../../../src/audit/settle/settling.ts";

const begun = { settleMs: 10_000, acceptedAtMs: 0 };

function look(atMs: number, undecided: number, rest: Partial<Look> = {}): Look {
  return { ...{ atMs, undecided, offsets: "committed", lag: 0, moved: 0 }, ...rest };
}

describe("settling", () => {
  it("is over at once where stored offsets have passed everything", () => {
    const stored = { offsets: "stored" } as const;
    expect(new Settling(begun).see(look(1, 0, stored))).toEqual({ kind: "decided" });
    expect(new Settling(begun).see(look(1, 2, stored))).toEqual({
      kind: "lost",
      by: "stored-offset",
    });
  });

  it("waits, however long, while stored offsets lag behind", () => {
    const settling = new Settling(begun);
    for (const undecided of [2, 0]) {
      expect(settling.see(look(90_000, undecided, { offsets: "stored", lag: 1 }))).toEqual({
        kind: "waiting",
      });
      expect(settling.see(look(990_000, undecided, { offsets: "stored", lag: 1 }))).toEqual({
        kind: "waiting",
      });
    }
  });

  it("believes Kafka's offsets after a silence in which nothing was decided and none moved", () => {
    const settling = new Settling(begun);
    expect(settling.see(look(0, 5))).toEqual({ kind: "waiting" });
    expect(settling.see(look(2_000, 4))).toEqual({ kind: "waiting" });
    expect(settling.see(look(11_000, 4, { moved: 1 }))).toEqual({ kind: "waiting" });
    expect(settling.see(look(20_999, 4, { moved: 1 }))).toEqual({ kind: "waiting" });
    expect(settling.see(look(21_000, 4, { moved: 1 }))).toEqual({
      kind: "lost",
      by: "committed-offset",
    });
  });

  it("asks for a silence that is longer than the slowest decision seen", () => {
    const settling = new Settling(begun);
    settling.see(look(0, 5));
    settling.see(look(15_000, 4));
    expect(settling.slowestMs).toBe(15_000);
    expect(settling.see(look(30_000, 4)).kind).toBe("waiting");
    expect(settling.see(look(30_001, 4)).kind).toBe("lost");
    const before = new Settling({ ...begun, slowestMs: 40_000 });
    before.see(look(0, 5));
    expect(before.see(look(40_000, 5)).kind).toBe("waiting");
    expect(before.see(look(40_001, 5)).kind).toBe("lost");
  });

  it("takes orders that are waited for besides for no decision, and no noise", () => {
    const settling = new Settling(begun);
    settling.see(look(0, 2));
    settling.see(look(9_000, 3));
    expect(settling.slowestMs).toBe(0);
    expect(settling.see(look(10_000, 3)).kind).toBe("lost");
  });

  it("says nothing of what is missing where offsets lag or are not kept", () => {
    for (const rest of [{ lag: 3 }, { offsets: "none", lag: 9 }] as const) {
      const settling = new Settling(begun);
      settling.see(look(0, 5, rest));
      expect(settling.see(look(500_000, 5, rest)).kind).toBe("waiting");
    }
  });

  it("does not wait for offsets that stand still when all is decided", () => {
    const settling = new Settling(begun);
    const none = { offsets: "none", lag: 9 } as const;
    expect(settling.see(look(0, 0, none)).kind).toBe("waiting");
    expect(settling.see(look(9_999, 0, none)).kind).toBe("waiting");
    expect(settling.see(look(10_000, 0, none)).kind).toBe("decided");
  });
});

describe("a message without an outcome", () => {
  const at = { partition: 3, offset: 7 };

  it("is passed by what stands behind it, the strongest first", () => {
    const behind = new Map([[3, 8]]);
    expect(passedBy(at, { committed: behind, decided: behind })).toBe("committed-offset");
    expect(passedBy(at, { committed: new Map([[3, 7]]), decided: behind })).toBe("later-decided");
    expect(passedBy(at, { probed: behind })).toBe("idle-group");
    expect(passedBy(at, { stored: behind })).toBe("stored-offset");
    expect(passedBy(at, { decided: new Map([[4, 99]]) })).toBeUndefined();
    expect(passedBy(at, {})).toBeUndefined();
  });

  it("is decided yet where stored offsets have not passed it, whatever came later", () => {
    const behind = new Map([[3, 8]]);
    expect(passedBy(at, { stored: new Map([[3, 7]]), decided: behind })).toBeUndefined();
  });
});

describe("orders without an outcome", () => {
  const positions = new Map([
    ["a", { partition: 0, offset: 1 }],
    ["b", { partition: 1, offset: 1 }],
  ]);

  it("are lost by the weakest evidence that is needed for all, and each by its own", () => {
    const all = { undecided: ["a", "b"], complete: true, positions };
    const decided = new Map([[0, 5]]);
    const one = lostOrders(all, { decided }, 0);
    expect(one).toEqual({ all: undefined, some: new Map([["a", "later-decided"]]) });
    expect(openPartitions(all, one)).toEqual([1]);
    const both = lostOrders(all, { decided, probed: new Map([[1, 2]]) }, 1);
    expect(both.all).toBe("idle-group");
    expect(lostBy("a", both)).toBe("later-decided");
    expect(openPartitions(all, both)).toEqual([]);
    expect([...lostCounts(both, 2)]).toEqual([
      ["later-decided", 1],
      ["idle-group", 1],
    ]);
  });

  it("are not all known where not all were looked at", () => {
    const some = { undecided: ["a"], complete: false, positions };
    expect(lostOrders(some, { decided: new Map([[0, 5]]) }, 0).all).toBeUndefined();
  });

  it("that the log does not hold are lost where the idle group decided another", () => {
    const strange = { undecided: ["x"], complete: true, positions };
    expect(lostOrders(strange, { decided: new Map([[0, 5]]) }, 0).all).toBeUndefined();
    expect(lostOrders(strange, {}, 1).all).toBe("idle-group");
  });
});
