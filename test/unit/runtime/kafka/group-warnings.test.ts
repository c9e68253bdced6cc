import { describe, expect, it } from "vitest";
import { announcementText, readAnnouncement } from "../../../../src/runtime/kafka/announcement.ts";
import { aheadWarnings, memberWarnings } from "../../../../src/runtime/kafka/group-warnings.ts";

const here = "0123456789abcdef";
const there = "fedcba9876543210";

function member(clientId: string, database?: string, topics: readonly string[] = ["orders"]) {
  return {
    memberId: clientId,
    clientId,
    host: "10.0.0.1",
    assigned: Object.fromEntries(topics.map((topic) => [topic, [0]])),
    userData: database === undefined ? undefined : Buffer.from(announcementText({ database })),
  };
}

function warnings(
  members: readonly ReturnType<typeof member>[],
  scene: { readonly ownDatabase?: string | undefined; readonly expectsOrders?: boolean } = {},
) {
  const usual = { group: "g", topic: "orders", ownDatabase: here, expectsOrders: false };
  return memberWarnings({ ...usual, members, ...scene });
}

describe("what a member announces", () => {
  it("is read back, and nothing else is taken for it", () => {
    expect(readAnnouncement(Buffer.from(announcementText({ database: here })))).toEqual({
      database: here,
    });
    expect(readAnnouncement(Buffer.from(announcementText({ database: undefined })))).toEqual({
      database: undefined,
    });
    for (const data of [undefined, null, Buffer.alloc(0), Buffer.from("orders-consume/1 x")])
      expect(readAnnouncement(data)).toBeUndefined();
  });
});

describe("foreign members", () => {
  it("are those that write to another database, and those that are no orders consumers", () => {
    expect(warnings([member("orders-consume", here), member("orders-consume", here)])).toEqual([]);
    expect(warnings([member("orders-consume", here), member("a", there), member("java")])).toEqual([
      expect.stringMatching(/^1 of 3 members of group g writes to another database \(a at 10/),
      expect.stringMatching(/^1 of 3 members of group g is no orders consumer \(java at 10/),
    ]);
    expect(warnings([member("orders-consume", there)])[0]).toMatch(/^the only member of group g/);
  });

  it("are not made of what is not known: older consumers, a database that does not tell", () => {
    expect(warnings([member("orders-consume"), member("orders-consume", here)])).toEqual([]);
    expect(warnings([member("orders-consume", there)], { ownDatabase: undefined })).toEqual([]);
    const mixed = [member("orders-consume", here), member("orders-consume", there)];
    expect(warnings(mixed, { ownDatabase: undefined })[0]).toContain("2 different databases");
  });

  it("are no fault in a group that is another program's, nor on another topic", () => {
    expect(warnings([member("java")])).toEqual([]);
    expect(warnings([member("java")], { expectsOrders: true })).toHaveLength(1);
    expect(warnings([member("orders-consume", here), member("x", there, ["other"])])).toEqual([]);
  });
});

describe("the group's offsets in Kafka", () => {
  it("are ahead where something else than this database's consumers put them", () => {
    const ranges = [0, 1, 2].map((partition) => ({ partition, low: 10, high: 90 }));
    const at = (...next: number[]) => new Map(next.entries());
    expect(aheadWarnings("g", ranges, at(50, 50, 50), at(50, 60, 70))).toEqual([]);
    expect(aheadWarnings("g", ranges, at(50, 50, 50), at(50, 20))[0]).toContain(
      "in 2 partitions, by 70 messages",
    );
    // Deleted before anybody read them: nobody is ahead.
    expect(aheadWarnings("g", ranges, at(10), new Map())).toEqual([]);
  });
});
