import type { Database } from "../../ports/database.ts";
import type { StrategyName } from "../../ports/strategy-names.ts";
import type { Strategy } from "../work.ts";
import { batchStrategy } from "./batch.ts";
import { conditionalStrategy } from "./conditional.ts";
import { naiveStrategy } from "./naive.ts";
import { nowaitStrategy } from "./nowait.ts";
import { optimisticStrategy } from "./optimistic.ts";
import { rowLockStrategy } from "./row-lock.ts";
import { serializableStrategy } from "./serializable.ts";
import { spreadStrategy } from "./spread.ts";

/** Each strategy has a file of its own, where it says why it is exact. */
const strategies: Readonly<Record<StrategyName, (database: Database) => Strategy>> = {
  batch: batchStrategy,
  "row-lock": rowLockStrategy,
  nowait: nowaitStrategy,
  conditional: conditionalStrategy,
  optimistic: optimisticStrategy,
  serializable: serializableStrategy,
  spread: spreadStrategy,
  naive: naiveStrategy,
};

export function createStrategy(name: StrategyName, database: Database): Strategy {
  return strategies[name](database);
}
