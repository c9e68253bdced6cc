/** What a load asks of the stock. Imports nothing: the command's help needs the names. */
export const scenarios = {
  spread: "ten products evenly, stock for all",
  hot: "every order for one product, stock for all",
  "one-sold-out": "ten products evenly, one of them without stock from the start",
  "running-out": "ten products evenly, stock for half of the orders of each",
  "stock-1-quantity-2": "one piece in stock of each product, every order asks for two",
  "unknown-product": "one order in every batch names a product that does not exist",
  duplicates: "every hundredth message repeats an earlier order of its partition",
  "three-lines": "orders of three lines; compared by lines per second",
} as const;

export type ScenarioName = keyof typeof scenarios;

export const scenarioNames = Object.keys(scenarios) as readonly ScenarioName[];

/** Every scenario is compared with spread, so that one is always measured, but for --only. */
export function scenariosAsked(
  only: string | undefined,
  named: readonly string[] | undefined,
): readonly ScenarioName[] {
  if (only !== undefined) return [only as ScenarioName];
  if (named === undefined) return ["spread", "hot"];
  return scenarioNames.filter(
    (name) => name === "spread" || named.includes("all") || named.includes(name),
  );
}

/** Of which `hot` is made; one that the seed data has, too. */
export const hotProduct = "PROD007";
/** Of `one-sold-out`. */
export const soldOutProduct = "PROD004";
/** Of `unknown-product`. */
export const unknownProduct = "PROD999";
