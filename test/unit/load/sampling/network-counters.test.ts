import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import {
  networkShare,
  parseNetworkCounters,
} from "../../../../src/load/sampling/network-counters.ts";

const text = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo: 1000 1 0 0 0 0 0 0 1000 1 0 0 0 0 0 0
  eth0:2000    7    0    0    0     0          0         0 9000    9    0    0    0     0       0          0
`;

it("reads what the kernel counts", () => {
  expect(Object.fromEntries(parseNetworkCounters(text))).toEqual({
    lo: { in: 1_000, out: 1_000 },
    eth0: { in: 2_000, out: 9_000 },
  });
  expect(parseNetworkCounters("").size).toBe(0);
});

it.runIf(process.platform === "linux")("reads this machine's", () => {
  expect([...parseNetworkCounters(readFileSync("/proc/net/dev", "utf8")).keys()]).toContain("lo");
});

it("counts the busier direction of the busiest link", () => {
  const then = parseNetworkCounters(text);
  const now = new Map(then).set("eth0", { in: 2_000 + 125_000_000, out: 9_000 + 62_500_000 });
  expect(networkShare(then, now, 1, 1e9)).toBe(1);
  expect(networkShare(then, now, 2, 1e9)).toBe(0.5);
  expect(networkShare(then, then, 1, 1e9)).toBe(0);
});

it("an interface that came up meanwhile, or began anew, tells nothing", () => {
  const then = parseNetworkCounters(text);
  expect(networkShare(then, new Map([["eth0", { in: 1, out: 1 }]]), 1, 1e9)).toBeUndefined();
  expect(networkShare(new Map(), then, 1, 1e9)).toBeUndefined();
  expect(networkShare(then, then, 0, 1e9)).toBeUndefined();
});
