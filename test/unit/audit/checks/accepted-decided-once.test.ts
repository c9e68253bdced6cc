import { describe, expect, it } from "vitest";
import { acceptedDecidedOnce } from "../../../../src/audit/checks/accepted-decided-once.ts";
import { examplesMax } from "../../../../src/audit/finding.ts";
import { findingOf, referenceDatabase, rejectedRow, row, trace } from "./order-trace-of.ts";

describe("accepted-decided-once", () => {
  it("passes when each is reserved, rejected or dead-lettered", () => {
    const finding = findingOf(acceptedDecidedOnce, [
      trace([row]),
      trace([rejectedRow]),
      trace([], { deadLetters: [{ reason: "unprocessable" }] }),
    ]);
    expect(finding).toMatchObject({
      status: "pass",
      expected: "3 accepted, one outcome each",
      found: "1 reserved + 1 rejected + 1 dead-lettered",
    });
  });

  it("fails for a missing order once the log is drained", () => {
    expect(findingOf(acceptedDecidedOnce, [trace([row]), trace([])])).toMatchObject({
      status: "fail",
      found: "1 reserved + 0 rejected + 0 dead-lettered + 1 missing",
      detail: "of 2 accepted orders 1 have no outcome",
    });
  });

  it("does not know about a missing order while the log is not drained", () => {
    const finding = findingOf(acceptedDecidedOnce, [trace([row]), trace([])], { drained: false });
    expect(finding).toMatchObject({ status: "unknown", required: true });
  });

  it("says by which evidence the missing ones are lost", () => {
    const finding = findingOf(acceptedDecidedOnce, [trace([row]), trace([])], {
      drained: true,
      lost: { all: "stored-offset", some: new Map() },
    });
    expect(finding).toMatchObject({
      status: "fail",
      detail:
        "of 2 accepted orders 1 have no outcome: 1 lost by stored-offset (the offset that the database stores with their effects has passed them)",
      examples: ["0190b1a0-0000-7000-8000-000000000001 (lost: stored-offset)"],
    });
  });

  it("fails for one that is known to be lost, whatever may become of the others", () => {
    const other = "0190b1a0-0000-7000-8000-000000000002";
    const orders = [trace([]), trace([], { sent: { orderId: other } })];
    const some = (by: "later-decided") => ({
      drained: false,
      lost: { all: undefined, some: new Map([[other, by]]) },
    });
    expect(findingOf(acceptedDecidedOnce, orders, some("later-decided"))).toMatchObject({
      status: "fail",
      detail:
        "of 2 accepted orders 2 have no outcome: 1 lost by later-decided (later messages of their partitions were decided), 1 may still be decided",
      examples: ["0190b1a0-0000-7000-8000-000000000001", `${other} (lost: later-decided)`],
    });
    const open = { drained: false, lost: { all: undefined, some: new Map() } };
    expect(findingOf(acceptedDecidedOnce, orders, open)).toMatchObject({ status: "unknown" });
  });

  it("fails for two outcomes even while the log is not drained", () => {
    const both = trace([row], { deadLetters: [{ reason: "unprocessable" }] });
    expect(findingOf(acceptedDecidedOnce, [both], { drained: false }).status).toBe("fail");
  });

  it("takes a conflicting duplicate for what it is: no outcome of this order", () => {
    const conflict = { deadLetters: [{ reason: "conflicting_duplicate" }] };
    expect(findingOf(acceptedDecidedOnce, [trace([row], conflict)]).status).toBe("pass");
    expect(findingOf(acceptedDecidedOnce, [trace([], conflict)]).status).toBe("fail");
  });

  it("takes an unreadable message for the order's own only where no other was decided", () => {
    const unreadable = { deadLetters: [{ reason: "invalid_field" }] };
    expect(findingOf(acceptedDecidedOnce, [trace([row], unreadable)]).status).toBe("pass");
    expect(findingOf(acceptedDecidedOnce, [trace([], unreadable)]).status).toBe("pass");
  });

  it("counts what was released or shipped since as reserved, which it was", () => {
    const ended = ["released", "shipped"].map((status) => trace([{ ...row, status }]));
    const finding = findingOf(acceptedDecidedOnce, ended);
    expect(finding).toMatchObject({
      status: "pass",
      found: "2 reserved + 0 rejected + 0 dead-lettered",
    });
  });

  it("counts what was cancelled before it was decided, and what was given up before that, once", () => {
    const first = { ...row, status: "released", namesMessage: false };
    const finding = findingOf(acceptedDecidedOnce, [
      trace([first]),
      trace([first], { deadLetters: [{ reason: "stock_locked" }] }),
    ]);
    expect(finding).toMatchObject({
      status: "pass",
      found: "0 reserved + 0 rejected + 1 dead-lettered + 1 cancelled first",
    });
    const decided = trace([{ ...row, status: "released" }], {
      deadLetters: [{ reason: "stock_locked" }],
    });
    expect(findingOf(acceptedDecidedOnce, [decided]).status).toBe("fail");
    // Nobody ships what was never reserved.
    const shipped = trace([{ ...row, status: "shipped", namesMessage: false }]);
    expect(findingOf(acceptedDecidedOnce, [shipped]).status).toBe("fail");
  });

  it("takes a status that is no outcome for none", () => {
    const pending = trace([{ ...row, status: "pending" }]);
    expect(findingOf(acceptedDecidedOnce, [pending])).toMatchObject({ status: "fail" });
  });

  it("fails for a row that is there twice, with line numbers and without", () => {
    const twice = (lineNo: number | undefined) => trace([row, row].map((r) => ({ ...r, lineNo })));
    expect(findingOf(acceptedDecidedOnce, [twice(1)]).status).toBe("fail");
    expect(findingOf(acceptedDecidedOnce, [twice(undefined)]).status).toBe("fail");
  });

  it("says that dead letters were read as none where there is no such table", () => {
    const finding = findingOf(acceptedDecidedOnce, [trace([row])], { present: referenceDatabase });
    expect(finding.detail).toContain("no dead_letters table");
  });

  it("shows a bounded number of examples of however many there are", () => {
    const finding = findingOf(
      acceptedDecidedOnce,
      Array.from({ length: 1_000 }, () => trace([])),
    );
    expect(finding.found).toContain("1000 missing");
    expect(finding.examples).toHaveLength(examplesMax);
  });

  it("knows nothing when nothing was accepted", () => {
    const refused = trace([], { sent: { state: "failed" } });
    expect(findingOf(acceptedDecidedOnce, [refused])).toMatchObject({ status: "unknown" });
  });
});
