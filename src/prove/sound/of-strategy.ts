import type { StrategyName } from "../../ports/strategy-names.ts";
import { spreadStock } from "../../stock/spread-stock.ts";
import { consumeAll } from "../consume-all.ts";
import type { SoundPipeline } from "./sound-system.ts";

/** Of the hottest product, so that its orders go through slots. */
const slots = 4;

/** The reservation as `orders consume --until-caught-up` runs it. */
export function ofStrategy(strategy: StrategyName): SoundPipeline {
  return {
    of: "pipeline",
    name: strategy,
    explanation: `orders consume --strategy ${strategy}`,
    async consume({ settings, database }, signal) {
      if (strategy === "spread") await spreadStock(database, "PROD001", slots);
      await consumeAll({ settings: { ...settings, strategy, workers: 4 } }, signal);
    },
  };
}
