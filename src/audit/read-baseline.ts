import type { Baseline } from "./database-evidence.ts";
import type { AuditSources } from "./ports.ts";
import { readSchema } from "./read-schema.ts";
import { readStoredOffsets } from "./read-stored-offsets.ts";
import { otherTopicsOffsets } from "./sql/select-other-topics.ts";
import { productEvidence } from "./sql/select-products.ts";
import { rowsBefore } from "./sql/select-written-rows.ts";

/**
 * Where a run begins: the log's end and the stock. Take it before the first order is sent.
 * @throws Failure("environment") when the tables are not there.
 */
export async function readBaseline({ database, log, mapping }: AuditSources): Promise<Baseline> {
  const ranges = await log.ranges();
  const group = await log.groupState();
  return database.transaction(
    async (tx) => {
      const schema = await readSchema(tx, mapping);
      const { present } = schema;
      const stored = await readStoredOffsets(tx, present, log);
      return {
        products: await productEvidence(tx, schema),
        log: ranges,
        origins: {
          rows: await rowsBefore(tx, schema.mapped),
          decidedTo: stored ?? group.next,
          otherTopics: present.consumerOffsets ? await otherTopicsOffsets(tx, log.topic) : "",
        },
      };
    },
    { isolation: "repeatable read", readOnly: true },
  );
}
