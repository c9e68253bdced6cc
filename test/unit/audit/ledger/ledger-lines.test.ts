import fc from "fast-check";
import { expect, it } from "vitest";
import {
  keyOf,
  loggedIn,
  loggedLine,
  rowIn,
  rowLine,
  sentIn,
  sentLine,
} from "../../../../src/audit/ledger/ledger-lines.ts";

const text = fc.oneof(fc.string(), fc.constantFrom("", "\\-", "-", "\t", "\\", "a\nb\r"));
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const amount = maybe(fc.integer({ min: 0, max: 99_999 }).map((cents) => cents / 100));
const lines = fc.array(fc.record({ productId: text, quantity: fc.nat(), amount }), {
  minLength: 1,
  maxLength: 3,
});

it("brings back a row with what its table does not have", () => {
  fc.assert(
    fc.property(
      fc.record({
        ...{ lineNo: maybe(fc.nat()), customerId: maybe(text), productId: text },
        ...{ quantity: fc.nat(), amount, status: text, partition: maybe(fc.nat()) },
        ...{ offset: maybe(fc.nat()), decidedAge: maybe(fc.nat()), namesMessage: fc.boolean() },
        ...{ rejectionReason: fc.option(text), rejectionDetail: fc.constant(null) },
      }),
      (row) => {
        const line = rowLine("key", row);
        expect(keyOf(line)).toBe("key");
        expect(line).not.toContain("\n");
        expect(rowIn(line)).toEqual(row);
      },
    ),
  );
});

it("brings back a message and an order whose customer and amounts nobody told", () => {
  fc.assert(
    fc.property(maybe(text), lines, (customerId, of) => {
      const logged = {
        ...{ partition: 3, offset: 4, orderId: "id" },
        contents: { customerId, lines: of },
      };
      expect(loggedIn(loggedLine("id", logged))).toEqual(logged);
      const sent = {
        ...{ orderId: "id", customerId: customerId ?? "", lines: of, state: "acked" as const },
        ...{ sentAtMs: 5, answeredAtMs: undefined },
      };
      expect(sentIn(sentLine("id", sent))).toEqual(sent);
    }),
  );
});
