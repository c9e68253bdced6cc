import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RowMatch } from "../../../src/audit/row-match.ts";
import type { LoggedOrder } from "../../../src/audit/row-origins.ts";
import { Spill } from "../../../src/audit/spill.ts";
import type { WrittenRow } from "../../../src/audit/sql/select-written-rows.ts";
import { isUuid } from "../../../src/order/order-id.ts";

/** Few enough to meet, and what could be mistaken for one another if they were not written apart. */
const anyId = fc.oneof(
  fc.constantFrom("a", "A", "b", "a b", "a\tb", "a\nb", "", '"a"', '"YQA=', "é", "\ud800", "a 0 0"),
  fc.uuid(),
  fc.constantFrom("0190163D-8694-739B-AEA5-966C26F8AD91", "0190163d-8694-739b-aea5-966c26f8ad91"),
);
const anyPlace = fc.record({ partition: fc.nat(1), offset: fc.nat(2) });
const anyMessage: fc.Arbitrary<LoggedOrder> = fc
  .tuple(fc.option(anyId, { nil: undefined }), anyPlace)
  .map(([orderId, place]) => ({ orderId, ...place }));
const anyRow: fc.Arbitrary<WrittenRow> = fc
  .tuple(anyId, fc.string(), fc.option(anyPlace, { nil: undefined }))
  .map(([orderId, customerId, place]) => ({
    ...{ orderId, customerId, status: "reserved" },
    ...{ partition: place?.partition, offset: place?.offset },
  }));

/** What the match must find, without files. */
function unmatched(
  messages: readonly LoggedOrder[],
  sent: readonly string[],
  rows: readonly (readonly [WrittenRow, boolean])[],
) {
  const same = (a: string | undefined, b: string) =>
    a === b || (isUuid(a) && a.toLowerCase() === b.toLowerCase());
  return rows
    .map(([row, mustBeSent]) => ({
      row,
      logged: messages.some(
        ({ orderId, partition, offset }) =>
          same(orderId, row.orderId) &&
          (row.offset === undefined || (partition === row.partition && offset === row.offset)),
      ),
      sent: !mustBeSent || sent.some((id) => same(id, row.orderId)),
    }))
    .filter((found) => !found.logged || !found.sent);
}

describe("matching rows with messages and orders sent", () => {
  for (const [where, segmentBytes] of [
    ["in memory", 32_768],
    ["on disk", 1],
  ] as const) {
    it(`is exact by id, partition and offset ${where}`, async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(anyMessage),
          fc.array(anyId),
          fc.array(fc.tuple(anyRow, fc.boolean())),
          async (messages, sent, rows) => {
            const match = new RowMatch(new Spill({ segmentBytes }));
            try {
              match.logged(messages);
              match.sent(sent.map((orderId) => ({ orderId })));
              for (const [row, mustBeSent] of rows) match.rows([row], () => mustBeSent);
              const found = [];
              for await (const each of match.unmatched()) found.push(each);
              expect(sorted(found)).toEqual(sorted(unmatched(messages, sent, rows)));
            } finally {
              match.close();
            }
          },
        ),
        { numRuns: where === "on disk" ? 50 : 200 },
      );
    });
  }
});

/** Rows come bucket by bucket. */
function sorted(found: readonly object[]): readonly string[] {
  return found.map((each) => JSON.stringify(each)).toSorted();
}
