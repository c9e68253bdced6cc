import fc from "fast-check";
import { expect, it } from "vitest";
import { LedgerJoin } from "../../../../src/audit/ledger/ledger-join.ts";
import type {
  LedgerLetter,
  LedgerRow,
  LedgerTrace,
} from "../../../../src/audit/ledger/ledger-trace.ts";
import type { LoggedOrder } from "../../../../src/audit/row-origins.ts";
import type { SentOrder } from "../../../../src/audit/sent-order.ts";
import { Spill } from "../../../../src/audit/spill.ts";
import { isUuid } from "../../../../src/order/order-id.ts";
import { hostile } from "../../../arbitrary/hostile.ts";

/** What could be torn apart, or taken for something else, in a file of lines and tabs. */
const anyText = fc.oneof(
  fc.constantFrom(
    ...hostile.filter((text) => text.isWellFormed()),
    "\\t",
    "\\",
    "a\tb",
    "@0/1",
    '"@0/1',
    '"YQA=',
  ),
  fc.string({ unit: "grapheme" }),
);
const anyNumber = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }));
const noZero = (value: number) => (Object.is(value, -0) ? 0 : value);
const anyPlace = fc.record({ partition: fc.nat(3), offset: fc.nat(5) });
const anyLines = fc.array(
  fc.record({ productId: anyText, quantity: fc.nat(9), amount: anyNumber.map(noZero) }),
  { minLength: 1, maxLength: 3 },
);
const anyContents = fc.record({ customerId: anyText, lines: anyLines });

/** An order's own parts, each as it may be missing, or there again. */
const anyOrder = fc.record({
  sent: fc.option(
    fc.record({
      ...{ customerId: anyText, lines: anyLines },
      state: fc.constantFrom<SentOrder["state"]>("acked", "failed", "unknown", "dropped"),
      sentAtMs: fc.option(anyNumber.map(noZero), { nil: undefined }),
      answeredAtMs: fc.option(anyNumber.map(noZero), { nil: undefined }),
    }),
    { nil: undefined },
  ),
  messages: fc.uniqueArray(fc.tuple(anyPlace, fc.option(anyContents, { nil: undefined })), {
    maxLength: 3,
    selector: ([{ partition, offset }]) => `${partition}/${offset}`,
  }),
  rows: fc.array(
    fc.record({
      ...{ customerId: anyText, productId: anyText, status: anyText },
      ...{ quantity: fc.nat(9), amount: anyNumber.map(noZero) },
      place: fc.option(anyPlace, { nil: undefined }),
      decidedAge: fc.option(fc.nat(), { nil: undefined }),
      rejection: fc.option(
        fc.tuple(
          anyText,
          fc.record({ product_id: anyText, wanted: fc.nat(), available: fc.nat() }),
        ),
        { nil: [null, null] as const },
      ),
    }),
    { maxLength: 3 },
  ),
});

const keyOf = (id: string) => (isUuid(id) ? id.toLowerCase() : id);

function described(trace: LedgerTrace): unknown {
  const { orderId, ...rest } = trace;
  return { orderId: orderId === undefined ? undefined : keyOf(orderId), ...rest };
}

it("brings together what is of one order, whatever it says, and loses nothing on disk", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.tuple(fc.oneof(anyText, fc.uuid()), anyOrder), {
        maxLength: 6,
        selector: ([id]) => keyOf(id),
      }),
      async (orders) => {
        const join = new LedgerJoin(new Spill({ segmentBytes: 64 }));
        const expected = new Map<string, LedgerTrace>();
        for (const [orderId, { sent, messages, rows }] of orders) {
          const logged = messages.map(
            ([place, contents]): LoggedOrder => ({ ...place, orderId, contents }),
          );
          const stored = rows.map(({ place, rejection, ...row }, index): LedgerRow => {
            const [rejectionReason, rejectionDetail] = rejection;
            return {
              ...{ ...row, lineNo: index + 1, rejectionReason, rejectionDetail },
              ...{ partition: place?.partition, offset: place?.offset },
              namesMessage: place !== undefined,
            };
          });
          const letter: LedgerLetter = {
            ...{ partition: undefined, offset: undefined, reason: orderId, replayed: true },
          };
          if (sent !== undefined) join.sent([{ orderId, ...sent }]);
          join.logged(logged);
          for (const row of stored)
            join.row(isUuid(orderId) ? orderId.toUpperCase() : orderId, row);
          join.letter(orderId, letter);
          expected.set(keyOf(orderId), {
            orderId: keyOf(orderId),
            sent: sent === undefined ? undefined : { orderId, ...sent },
            messages: logged.toSorted((a, b) => a.partition - b.partition || a.offset - b.offset),
            rows: stored,
            deadLetters: [letter],
          });
        }
        const found = [];
        for await (const traces of join.traces()) found.push(...traces);
        join.close();
        const byId = new Map(
          found.flatMap((trace) =>
            trace.orderId === undefined ? [] : [[keyOf(trace.orderId), described(trace)]],
          ),
        );
        expect(byId).toEqual(expected);
      },
    ),
    { numRuns: 200 },
  );
});
