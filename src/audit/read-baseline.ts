import type { Baseline } from "./database-evidence.ts";
import type { AuditSources } from "./ports.ts";
import { readSchema } from "./read-schema.ts";
import { productEvidence } from "./sql/select-products.ts";

/**
 * Where a run begins: the log's end and the stock. Take it before the first order is sent.
 * @throws Failure("environment") when the tables are not there.
 */
export async function readBaseline({ database, log }: AuditSources): Promise<Baseline> {
  const ranges = await log.ranges();
  const products = await database.transaction(
    async (tx) => {
      const { present } = await readSchema(tx);
      return productEvidence(tx, present.stockMovements);
    },
    { isolation: "repeatable read", readOnly: true },
  );
  return { products, log: ranges };
}
