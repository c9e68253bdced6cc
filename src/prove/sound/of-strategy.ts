import type { StrategyName } from "../../ports/strategy-names.ts";
import { runConsumer } from "../../reservation/wiring/run-consumer.ts";
import { spreadStock } from "../../stock/spread-stock.ts";
import type { SoundPipeline } from "./sound-system.ts";

/** Of the hottest product, so that its orders go through slots. */
const slots = 4;
const withinMs = 60_000;
const nobody = { print: () => {}, log: () => {} };

/** The reservation as `orders consume --until-caught-up` runs it. */
export function ofStrategy(strategy: StrategyName): SoundPipeline {
  return {
    of: "pipeline",
    name: strategy,
    explanation: `orders consume --strategy ${strategy}`,
    async consume({ settings, database }, signal) {
      if (strategy === "spread") await spreadStock(database, "PROD001", slots);
      await runConsumer({
        settings: { ...settings, strategy, workers: 4 },
        ...{ from: "earliest", acceptLoss: false, untilCaughtUp: true, timeoutMs: withinMs },
        ...{ statsIntervalMs: withinMs, health: undefined, ...nobody },
        // Whatever hinders it, a round ends; the audit then says what is open.
        signal: AbortSignal.any([signal, AbortSignal.timeout(2 * withinMs)]),
      });
    },
  };
}
