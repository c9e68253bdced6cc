import { Failure } from "../../failure/failure.ts";
import type { Database } from "../../ports/database.ts";
import { shopIsThere } from "../sql/shop-is-there.ts";

/** @throws Failure("environment") where the database has no shop. */
export async function demandShop(database: Database): Promise<void> {
  if (await shopIsThere(database)) return;
  throw new Failure("environment", {
    what: "the database has no tables of the shop",
    meaning: "there are no orders of a shop to be audited",
    remedy: "`orders up --profile shop` makes them; are --stack and --database-url right?",
  });
}
