import { describe, expect, it } from "vitest";
import { customersInOrder } from "../../../../src/audit/checks/customers-in-order.ts";
import { decidedInOrder } from "../../../../src/audit/checks/decided-in-order.ts";
import type { LedgerTrace } from "../../../../src/audit/ledger/ledger-trace.ts";
import {
  contentsOf,
  evidence,
  findingFrom,
  findingsOf,
  firing,
  messageOf,
  poison,
  rowsOf,
  sentOf,
  sound,
  traceOf,
} from "./ledger-world.ts";

const second = traceOf(2);
const others = [traceOf(1), traceOf(3), poison];

function with2(change: Partial<LedgerTrace>): readonly LedgerTrace[] {
  return [...others, { ...second, ...change }];
}

describe("the checks of a ledger", () => {
  it("are silent where all is well, and each says what it saw", () => {
    expect(firing(sound)).toEqual([]);
    expect(findingsOf(sound).filter(({ status }) => status !== "pass")).toEqual([]);
  });

  it.each<[string, readonly LedgerTrace[], readonly string[]]>([
    ["a message that nobody decided", with2({ rows: [] }), ["messages-decided-once"]],
    [
      "an order that was decided twice",
      with2({ rows: [...second.rows, ...second.rows] }),
      ["messages-decided-once"],
    ],
    [
      "an order reserved and dead-lettered",
      with2({ deadLetters: [{ partition: 0, offset: 2, reason: "poison", replayed: false }] }),
      ["messages-decided-once"],
    ],
    [
      "a poisoned message without its dead letter",
      [...others.slice(0, 2), second, { ...poison, deadLetters: [] }],
      ["messages-decided-once"],
    ],
    [
      "the same id with other contents, which left nothing",
      with2({
        messages: [messageOf(2), { ...messageOf(2, 7), contents: contentsOf(3) }],
      }),
      ["messages-decided-once", "log-says-what-was-sent"],
    ],
    [
      "another quantity",
      with2({ rows: second.rows.map((row) => ({ ...row, quantity: 1_000 })) }),
      ["rows-say-the-message"],
    ],
    [
      "another customer",
      with2({ rows: second.rows.map((row) => ({ ...row, customerId: "CUST1" })) }),
      ["rows-say-the-message"],
    ],
    [
      "a cent too much",
      with2({ rows: second.rows.map((row) => ({ ...row, amount: (row.amount ?? 0) + 0.01 })) }),
      ["rows-say-the-message"],
    ],
    [
      "a row that nobody ordered",
      [...sound, { ...traceOf(5), sent: undefined, messages: [] }],
      ["rows-have-messages"],
    ],
    ["a row that names another's message", with2({ rows: rowsOf(2, 3) }), ["rows-have-messages"]],
    [
      "an outcome beyond the stored offsets",
      [...sound, { ...traceOf(5), messages: [messageOf(5, 20)], rows: rowsOf(5, 20) }],
      ["offsets-agree-with-rows"],
    ],
    [
      "a dead letter without a reason",
      [
        ...others.slice(0, 2),
        second,
        { ...poison, deadLetters: poison.deadLetters.map((each) => ({ ...each, reason: " " })) },
      ],
      ["dead-letters-explained"],
    ],
    [
      "accepted, and never logged",
      [...sound, { ...traceOf(5), messages: [], rows: [] }],
      ["accepted-are-logged"],
    ],
    [
      "another amount in the log than was sent",
      with2({ sent: { ...sentOf(2), lines: contentsOf(3).lines } }),
      ["log-says-what-was-sent"],
    ],
    [
      "logged again under an id that nobody sent",
      [...sound, { ...traceOf(5), sent: undefined }],
      ["only-sent-was-logged"],
    ],
  ])("%s is found, by the check that should", (_, traces, expected) => {
    expect(firing(traces)).toEqual(expected);
  });

  it("copies count once, and a replayed dead letter by what became of the replay", () => {
    const copy = with2({ messages: [messageOf(2), messageOf(2, 8)] });
    expect(firing(copy)).toEqual([]);
    const replayed = { partition: 0, offset: 2, reason: "unknown_product", replayed: true };
    const again = { messages: [messageOf(2), messageOf(2, 8)], rows: rowsOf(2, 8) };
    expect(firing(with2({ ...again, deadLetters: [replayed] }))).toEqual([]);
    expect(firing(with2({ ...again, rows: [], deadLetters: [replayed] }))).toEqual([
      "messages-decided-once",
    ]);
  });

  it("nothing is claimed of what lies beyond the offsets", () => {
    const beyond = { ...traceOf(5), messages: [messageOf(5, 10)], rows: [] };
    expect(firing([...sound, beyond])).toEqual([]);
  });

  it("what may lie in a part of the log that was not read is open, and no fault", () => {
    const cut = { ...evidence, logDoubt: "the log no longer holds the first 10 messages" };
    const strange = { ...traceOf(5), sent: undefined, messages: [] };
    expect(firing([...sound, strange], cut)).toEqual(["rows-have-messages?"]);
    const lost = { ...traceOf(5), messages: [], rows: [] };
    expect(firing([...sound, lost], cut)).toEqual(["accepted-are-logged?"]);
    expect(firing([...sound, lost], { ...evidence, epochBeganAtMs: 1e9 })).toEqual([
      "accepted-are-logged?",
    ]);
  });

  it("others' orders are no fault where others may order", () => {
    const stranger = { ...traceOf(5), sent: undefined };
    expect(firing([...sound, stranger], { ...evidence, alone: false })).toEqual([]);
  });

  it("a history that was cut off leaves open what else was sent", () => {
    const cut = { ...evidence, historyCut: true };
    expect(firing(sound, cut)).toEqual(["only-sent-was-logged?"]);
    expect(firing([...sound, { ...traceOf(5), sent: undefined }], cut)).toEqual([
      "only-sent-was-logged?",
    ]);
  });

  it("an empty log proves nothing", () => {
    expect(firing([])).toEqual(["messages-decided-once?"]);
  });
});

describe("decisions of a partition", () => {
  const decision = (offset: number, age: number) => ({ offset, age, orderId: `order-${offset}` });
  it.each([
    ["one transaction after the other", [9, 9, 7, 3, 3], "pass"],
    ["a later message in an earlier transaction", [9, 9, 7, 8, 3], "fail"],
  ])("%s: %s", (_, ages, status) => {
    const decisions = ages.map((age, offset) => decision(offset, age));
    expect(findingFrom(decidedInOrder, [{ partition: 4, decisions }]).status).toBe(status);
  });

  it("are not applicable where rows name no message", () => {
    const finding = findingFrom(decidedInOrder, [], { ...evidence, sources: false });
    expect(finding).toMatchObject({ status: "unknown", found: "not applicable", required: false });
  });
});

describe("the orders of a customer", () => {
  const order = (sentAtMs: number, answeredAtMs: number, partition: number, offset: number) => ({
    ...{ orderId: `${sentAtMs}`, sentAtMs, answeredAtMs, partition, offset },
  });
  it.each([
    ["one after the other", [order(1, 2, 3, 10), order(3, 4, 3, 11)], "pass"],
    ["under way at once, in either order", [order(1, 9, 3, 11), order(2, 8, 3, 10)], "unknown"],
    ["behind, and yet before", [order(1, 2, 3, 11), order(3, 4, 3, 10)], "fail"],
    ["in another partition", [order(1, 2, 3, 10), order(3, 4, 5, 11)], "fail"],
    [
      "behind all but the first",
      [order(1, 2, 3, 20), order(3, 4, 3, 30), order(5, 6, 3, 25)],
      "fail",
    ],
    ["only one", [order(1, 2, 3, 10)], "unknown"],
  ])("%s: %s", (_, orders, status) => {
    const finding = findingFrom(customersInOrder, [{ customerId: "C", orders }]);
    expect(finding.status).toBe(status);
  });
});
