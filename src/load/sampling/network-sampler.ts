import { readFileSync } from "node:fs";
import { type NetworkCounters, networkShare, parseNetworkCounters } from "./network-counters.ts";
import type { Sampler } from "./sampler.ts";

/**
 * The share of a link that this machine uses. Where the system has no /proc (not Linux), nothing is
 * found, and what asks for it is not measured.
 */
export function createNetworkSampler(linkGbps: number): Sampler {
  let before = read();
  let atMs = performance.now();
  return {
    take() {
      const now = read();
      const nowMs = performance.now();
      if (before === undefined || now === undefined) return { gauges: {} };
      const share = networkShare(before, now, (nowMs - atMs) / 1_000, linkGbps * 1e9);
      before = now;
      atMs = nowMs;
      return { gauges: share === undefined ? {} : { network_share: share } };
    },
    async close() {},
  };
}

function read(): NetworkCounters | undefined {
  try {
    return parseNetworkCounters(readFileSync("/proc/net/dev", "utf8"));
  } catch {
    return undefined;
  }
}
