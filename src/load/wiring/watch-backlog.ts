import { setTimeout as pause } from "node:timers/promises";
import { partitionLags, totalLag } from "../../runtime/kafka/lag/lag-report.ts";
import { type LagSampler, openLagSampler } from "../../runtime/kafka/lag/open-lag-sampler.ts";
import type { Settings } from "../../runtime/settings/settings.ts";
import type { Backlog } from "../search/judge-try.ts";

const againAfterMs = 100;

export interface BacklogWatch {
  /** Waits until the consumer group has decided all that is in the topic, at most so long. */
  untilDrained(limitMs: number, signal: AbortSignal): Promise<Backlog>;
  close(): Promise<void>;
}

/** Where it cannot be read, every answer says why. */
export async function watchBacklog(settings: Settings): Promise<BacklogWatch> {
  try {
    return watching(await openLagSampler(settings));
  } catch (error) {
    return unreadBacklog(textOf(error));
  }
}

export function unreadBacklog(unread: string): BacklogWatch {
  return {
    untilDrained: async () => ({ lag: undefined, drainedMs: undefined, unread }),
    close: async () => {},
  };
}

function watching(source: LagSampler): BacklogWatch {
  return {
    async untilDrained(limitMs, signal) {
      const beganMs = performance.now();
      let first: number | undefined;
      for (;;) {
        const read = await readLag(source);
        if (typeof read === "string") return { lag: first, drainedMs: undefined, unread: read };
        first ??= read;
        const tookMs = performance.now() - beganMs;
        if (read === 0) return { lag: first, drainedMs: tookMs, unread: undefined };
        if (tookMs >= limitMs || signal.aborted)
          return { lag: first, drainedMs: undefined, unread: undefined };
        await pause(againAfterMs, undefined, { signal }).catch(() => {});
      }
    },
    close: () => source.close(),
  };
}

/** @returns messages, or why that is not known. The database's word counts: Kafka's comes after it. */
async function readLag(source: LagSampler): Promise<number | string> {
  try {
    const sample = await source.sample();
    const { database_lag, group_lag } = totalLag(
      partitionLags(sample, undefined),
      sample,
      undefined,
    );
    return database_lag ?? group_lag ?? sample.group.unknown ?? "it is not known for a partition";
  } catch (error) {
    return textOf(error);
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
