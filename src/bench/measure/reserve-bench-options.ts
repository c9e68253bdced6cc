import type { StrategyName } from "../../ports/strategy-names.ts";
import type { Settings } from "../../runtime/settings/settings.ts";
import type { ScenarioName } from "../figures/scenarios.ts";
import type { BenchOptions } from "./bench-options.ts";

export interface ReserveBenchOptions extends BenchOptions {
  readonly settings: Settings;
  readonly strategies: readonly StrategyName[];
  readonly scenarios: readonly ScenarioName[];
  /** For one measurement: a slow strategy is cut off, a fast one ends before. */
  readonly measureMaxMs: number;
}
