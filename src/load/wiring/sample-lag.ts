import { setTimeout as pause } from "node:timers/promises";
import { partitionLags, totalLag } from "../../runtime/kafka/lag/lag-report.ts";
import { openLagSampler } from "../../runtime/kafka/lag/open-lag-sampler.ts";
import type { Settings } from "../../runtime/settings/settings.ts";
import type { Sampler } from "../sampling/sampler.ts";

const intervalMs = 1_000;

/**
 * How many messages the consumer group has not decided; where the database does not tell, not read.
 * @throws Failure("environment") when Kafka is away at the start, or has no such topic.
 */
export async function sampleLag(settings: Settings): Promise<Sampler> {
  const source = await openLagSampler(settings);
  const closing = new AbortController();
  let lag: number | undefined;
  const sampling = (async () => {
    while (!closing.signal.aborted) {
      try {
        const sample = await source.sample();
        const total = totalLag(partitionLags(sample, undefined), sample, undefined);
        lag = total.database_lag ?? total.group_lag ?? undefined;
      } catch {
        // Kafka is away just now: these seconds have no sample, and the judge says so.
        lag = undefined;
      }
      await pause(intervalMs, undefined, { signal: closing.signal }).catch(() => {});
    }
  })();
  return {
    take() {
      const taken = lag;
      lag = undefined;
      return { gauges: taken === undefined ? {} : { lag: taken } };
    },
    async close() {
      closing.abort();
      await sampling;
      await source.close();
    },
  };
}
