import { Failure } from "../../../failure/failure.ts";
import type { StrategyName } from "../../../ports/strategy-names.ts";
import type { EngineName } from "./engine.ts";

/**
 * A word said on purpose, each time: nobody should find such a stack by accident.
 * @throws Failure("usage")
 */
export function demandNaiveAllowed(strategy: StrategyName, allowNaive: boolean): void {
  if (strategy !== "naive" || allowNaive) return;
  throw new Failure("usage", {
    what: "the strategy naive needs --allow-naive",
    meaning: "it loses updates: the stock of this stack will be wrong",
    remedy: "give --allow-naive on a stack for experiments, or choose another --strategy",
  });
}

/** @throws Failure("usage") */
export function refuseForeignNaive(engine: EngineName, allowNaive: boolean): void {
  if (engine !== "external" || !allowNaive) return;
  throw new Failure("usage", {
    what: "--allow-naive is not for databases that orders did not start",
    meaning: "naive loses updates: the stock there would be wrong",
    remedy: "use --engine local or --engine docker",
  });
}
