import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { unlessAborted } from "../../../../src/bench/measure/unless-aborted.ts";

describe("unlessAborted", () => {
  it("leaves no listener on the signal, however often it waits, and however that ends", async () => {
    const { signal } = new AbortController();
    for (let round = 0; round < 100; round += 1) {
      expect(await unlessAborted(signal, Promise.resolve(round))).toBe(round);
      await expect(unlessAborted(signal, Promise.reject(new Error("no")))).rejects.toThrow("no");
    }
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  it("has one listener while it waits, and ends with the signal's reason", async () => {
    const controller = new AbortController();
    const waiting = unlessAborted(controller.signal, new Promise(() => {}));
    expect(getEventListeners(controller.signal, "abort")).toHaveLength(1);
    controller.abort(new Error("Ctrl-C"));
    await expect(waiting).rejects.toThrow("Ctrl-C");
    expect(getEventListeners(controller.signal, "abort")).toEqual([]);
  });

  it("does not wait for work when the signal came before, nor heeds what becomes of it", async () => {
    const signal = AbortSignal.abort(new Error("before"));
    await expect(unlessAborted(signal, Promise.reject(new Error("late")))).rejects.toThrow(
      "before",
    );
  });
});
