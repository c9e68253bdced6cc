import type { StrategyName } from "../../ports/strategy-names.ts";
import type { Settings } from "../../runtime/settings/settings.ts";
import type { ScenarioName } from "../figures/scenarios.ts";
export interface ReserveBenchOptions {
  readonly settings: Settings;
  readonly strategies: readonly StrategyName[];
  readonly scenarios: readonly ScenarioName[];
  readonly orders: number;
  readonly linesPerOrder: number;
  readonly customers: number;
  readonly seed: string;
  readonly runs: number;
  /** For one measurement: a slow strategy is cut off, a fast one ends before. */
  readonly measureMaxMs: number;
  readonly signal: AbortSignal;
}
