import type { LogMessage } from "../../../ports/log.ts";

/** By time, then as they stand in the log. Pure. */
export function byTime(a: LogMessage, b: LogMessage): number {
  return a.timestampMs - b.timestampMs || a.partition - b.partition || a.offset - b.offset;
}

export interface Kept {
  add(messages: readonly LogMessage[]): void;
  /** In time order, oldest first. */
  take(): readonly LogMessage[];
}

/** Keeps the `count` newest, or oldest, of any number of messages, in memory for twice as many at most. */
export function keep(which: "newest" | "oldest", count: number): Kept {
  let kept: LogMessage[] = [];
  const shrink = () => {
    kept.sort(byTime);
    kept = which === "oldest" ? kept.slice(0, count) : kept.slice(Math.max(0, kept.length - count));
  };
  return {
    add(messages) {
      for (const message of messages) {
        kept.push(message);
        if (kept.length >= Math.max(64, 2 * count)) shrink();
      }
    },
    take() {
      shrink();
      return kept;
    },
  };
}
