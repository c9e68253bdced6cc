import type { Database } from "../../ports/database.ts";
import type { Strategy } from "../work.ts";
import { batchStrategy } from "./batch.ts";

/** How concurrent reservations can be kept apart; a strategy is added here and in a file of its own. */
const strategies = {
  batch: batchStrategy,
} as const satisfies Readonly<Record<string, (database: Database) => Strategy>>;

export type StrategyName = keyof typeof strategies;

export const strategyNames = Object.keys(strategies) as readonly StrategyName[];

export function createStrategy(name: StrategyName, database: Database): Strategy {
  return strategies[name](database);
}
