import { describe, expect, it } from "vitest";
import { leftOverOf } from "../../../../src/runtime/stack/list-stacks.ts";
import { stateOf } from "../../../../src/runtime/stack/stack-state.ts";

const nothing = {
  ...{ directory: false, record: false, logsOnly: false, settings: false, alive: false },
  busy: null,
};
const stopped = { ...nothing, directory: true, record: true };

describe("the state of a stack", () => {
  it("is told by its traces alone", () => {
    expect(stateOf(nothing)).toBe("never_made");
    expect(stateOf({ ...nothing, directory: true })).toBe("half_made");
    expect(stateOf(stopped)).toBe("stopped");
    expect(stateOf({ ...stopped, alive: true })).toBe("half_made");
    expect(stateOf({ ...stopped, settings: true, alive: true })).toBe("up");
    expect(stateOf({ ...stopped, settings: true })).toBe("died");
    expect(stateOf({ ...stopped, logsOnly: true })).toBe("logs_only");
  });

  it("is what a command is making of it, whatever is there", () => {
    for (const traces of [nothing, stopped, { ...stopped, settings: true, alive: true }]) {
      expect(stateOf({ ...traces, busy: { doing: "orders up", pid: 1 } })).toBe("booting");
      expect(stateOf({ ...traces, busy: { doing: "orders down", pid: 1 } })).toBe("stopping");
    }
  });
});

describe("what is left over", () => {
  const of = (stack: string, state: Parameters<typeof leftOverOf>[0]["state"], copied = false) =>
    leftOverOf({ stack, state, copied });

  it("is what a verification or a killed boot left, never a stack as it should be", () => {
    expect([of("default", "up"), of("default", "stopped"), of("default", "died")]).toEqual([
      ...[null, null, null],
    ]);
    expect(of("verify-1a2b3c4d", "died")).toBe("verification");
    expect(of("verify-1a2b3c4d", "booting")).toBeNull();
    expect(of("x", "half_made")).toBe("half_made");
    expect(of("x", "logs_only")).toBe("logs");
    expect(of("x", "up", true)).toBe("copied");
    expect(of("Not a name", "half_made")).toBe("strange_name");
  });
});
