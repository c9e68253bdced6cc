import { describe, expect, it } from "vitest";
import { Failure } from "../../../../../src/failure/failure.ts";
import { failpoints } from "../../../../../src/reservation/failpoints.ts";
import { readFailpoint } from "../../../../../src/runtime/lifecycle/processes/read-failpoint.ts";

const read = (text?: string) =>
  readFailpoint(failpoints, text === undefined ? {} : { ORDERS_FAILPOINT: text });

describe("a failpoint", () => {
  it("is none when nothing is set", () => {
    expect(read()).toBeUndefined();
    expect(read("")).toBeUndefined();
  });

  it("acts at its point alone, and the nth time alone", () => {
    const reach = read("claimed:2:throw")?.reach;
    expect(reach).toBeDefined();
    reach?.("fetched");
    reach?.("claimed");
    expect(() => reach?.("claimed")).toThrow("failpoint claimed");
    reach?.("claimed");
  });

  it("says what it will do", () => {
    expect(read("commit-sent")?.notice).toBe(
      'ORDERS_FAILPOINT is set: at "commit-sent", time 1, this process will kill',
    );
    expect(read("fetched:stop")?.notice).toMatch(/time 1, this process will stop/);
  });

  it.each([
    "nowhere",
    "claimed:0",
    "claimed:1:explode",
    "claimed:1:kill:2",
    ":1",
  ])("refuses %s and lists the names", (text) => {
    expect(() => read(text)).toThrow(Failure);
    try {
      read(text);
    } catch (error) {
      const { meaning, exitCode } = error as Failure;
      expect(exitCode).toBe(2);
      for (const point of failpoints) expect(meaning).toContain(point);
    }
  });
});
