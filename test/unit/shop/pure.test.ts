import { expect, test } from "vitest";
import { traceparentOf } from "../../../src/http/trace-context.ts";
import { decideChange, shopChanges } from "../../../src/shop/decide-change.ts";
import { GroupCommit, TooManyWaiting } from "../../../src/shop/group-commit.ts";
import { readCursor, writeCursor } from "../../../src/shop/page-cursor.ts";
import { refusalsMax, retryInMs } from "../../../src/shop/relay/retry-policy.ts";
import { shopStatuses } from "../../../src/shop/shop-order.ts";

const reserved = { reservation: "RESERVED", rejection: undefined } as const;

test("the state machine, every state and change", () => {
  const table = shopStatuses.map((status) =>
    shopChanges.map((change) => {
      const decision = decideChange({ ...reserved, status }, change, true);
      return decision.ok ? decision.to : "-";
    }),
  );
  expect(table).toEqual([
    ["PAID", "-", "CANCELLED"],
    ["PAID", "-", "CANCELLED"],
    ["-", "-", "CANCELLED"],
    ["-", "SHIPPED", "CANCELLED"],
    ["-", "-", "-"],
    ["-", "-", "-"],
  ]);
  expect(decideChange({ ...reserved, status: "PAID" }, "pay", true)).toEqual({
    ok: false,
    message: "the order is PAID already",
  });
});

test("what is paid for is shipped only when its stock is reserved, where stock is reserved", () => {
  const rejection = {
    reason: "insufficient_stock",
    productId: "PROD001",
    wanted: 2,
    available: 1,
  } as const;
  const paid = { status: "PAID", rejection: undefined } as const;
  const ship = (order: Parameters<typeof decideChange>[0], reserves: boolean) => {
    const decision = decideChange(order, "ship", reserves);
    return decision.ok ? decision.to : decision.message;
  };
  const pending = { ...paid, reservation: "PENDING" } as const;
  expect(ship(pending, true)).toBe("the order cannot be shipped yet: its stock is not reserved");
  expect(ship(pending, false)).toBe("SHIPPED");
  const rejected = { ...paid, reservation: "REJECTED", rejection } as const;
  for (const reserves of [true, false])
    expect(ship(rejected, reserves)).toBe(
      "the order cannot be shipped: its stock was refused (insufficient_stock: PROD001)",
    );
});

test("a refused event waits longer each time, never for the same time, and is given up", () => {
  const longest = Array.from({ length: refusalsMax }, (_, n) => retryInMs(n + 1, 1));
  expect(longest).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, undefined]);
  expect(retryInMs(1, 0)).toBe(250);
});

test("a trace context is passed on, or begun where none can be read", () => {
  const good = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  expect(traceparentOf(good)).toBe(good);
  const bad = [undefined, "", "x", `${good}, ${good}`, good.toUpperCase(), [good]];
  const zero = `00-${"0".repeat(32)}-b7ad6b7169203331-01`;
  for (const header of [...bad, zero])
    expect(traceparentOf(header)).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
});

test("a trace that is begun is another one each time", () => {
  const begun = Array.from({ length: 5_000 }, () => traceparentOf(undefined));
  expect(new Set(begun.map((text) => text.slice(3, 35))).size).toBe(5_000);
  expect(new Set(begun.map((text) => text.slice(36, 52))).size).toBe(5_000);
});

test("a cursor is read back, and nothing else is read as one", () => {
  const cursor = {
    createdAt: "2026-03-12T12:00:00.123456Z",
    orderId: "0190b6a0-0000-7000-8000-000000000001",
  };
  expect(readCursor(writeCursor(cursor))).toEqual(cursor);
  for (const text of ["", "x", Buffer.from("2026 1").toString("base64url")])
    expect(readCursor(text)).toBeUndefined();
});

function gate<T>(answer: (items: readonly T[]) => readonly string[]) {
  const calls: (readonly T[])[] = [];
  const open: (() => void)[] = [];
  return {
    calls,
    openNext: async () => {
      open.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    },
    async commit(items: readonly T[]) {
      calls.push(items);
      await new Promise<void>((resolve) => open.push(resolve));
      return answer(items);
    },
  };
}

test("requests that wait at the same moment share a commit; two of a key never do", async () => {
  const { calls, commit, openNext } = gate<string>((items) => items.map((item) => `${item}!`));
  const group = new GroupCommit<string, string>({
    ...{ keyOf: (item) => item.slice(0, 1), commit },
    ...{ inFlightMax: 1, itemsMax: 3, waitingMax: 6 },
  });
  const answers = ["a1", "b1", "b2", "c1", "d1", "e1", "b3"].map((item) => group.submit(item));
  await expect(group.submit("f1")).rejects.toThrow(TooManyWaiting);
  for (let n = 0; n < 5; n++) await openNext();
  expect(calls).toEqual([["a1"], ["b1", "c1", "d1"], ["b2", "e1"], ["b3"]]);
  expect(await Promise.all(answers)).toEqual(["a1!", "b1!", "b2!", "c1!", "d1!", "e1!", "b3!"]);
  await group.drained();
});

test("a commit that fails is told to all of it, and the next goes on", async () => {
  let calls = 0;
  const group = new GroupCommit<string, string>({
    keyOf: (item) => item,
    async commit(items) {
      calls += 1;
      if (calls === 1) throw new Error("refused");
      return items;
    },
    ...{ inFlightMax: 1, itemsMax: 10, waitingMax: 10 },
  });
  const first = group.submit("a");
  const second = group.submit("b");
  await expect(first).rejects.toThrow("refused");
  expect(await second).toBe("b");
});
