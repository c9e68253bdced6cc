import { Failure } from "../../failure/failure.ts";
import type { Database } from "../../ports/database.ts";
import { createKafka } from "../../runtime/kafka/kafka-client.ts";
import { openDatabase } from "../../runtime/postgres/open-database.ts";
import type { Settings } from "../../runtime/settings/settings.ts";
import { judgeMessages } from "../mapping/doctor/judge-messages.ts";
import { judgeTables, type TableEvidence } from "../mapping/doctor/judge-tables.ts";
import {
  diagnosisOf,
  type MappingDiagnosis,
  type MappingFinding,
  unreachable,
} from "../mapping/doctor/mapping-finding.ts";
import type { Mapping, MessageMapping } from "../mapping/mapping.ts";
import { parseMapping } from "../mapping/parse-mapping.ts";
import { createMessageReader, type ReadMessage } from "../mapping/read-message.ts";
import { readMappedSchema } from "../read-mapped-schema.ts";
import { isIdIndexed, mayLockStock, statusCounts } from "../sql/select-mapping-facts.ts";
import { orderRowsOf } from "../sql/select-order-rows.ts";
import { productEvidence } from "../sql/select-products.ts";
import { lastMessages } from "./last-messages.ts";
import { openLogReader } from "./open-log-reader.ts";
import { openTopic } from "./open-topic.ts";
import { explainServiceError } from "./reaching.ts";

const messagesLookedAt = 50;
/** As this project writes its messages. */
const ours = parseMapping('[message]\nenvelope = "none"', "ours").message as MessageMapping;

/**
 * Whether a mapping fits a system: reads its tables, and the last messages of its topic through no
 * group. Changes nothing.
 * @param mapping undefined: whether the system is called as this project is.
 * @throws Failure("usage") for names that are not there; Failure("environment") when PostgreSQL cannot
 *   be used.
 */
export async function examineMapping(
  settings: Settings,
  mapping: Mapping | undefined,
): Promise<MappingDiagnosis> {
  const of = mapping ?? parseMapping(undefined, "none", []);
  const database = openDatabase(settings, { applicationName: "orders audit doctor", poolSize: 1 });
  try {
    const tables = await tablesOf(database, of);
    const findings = judgeTables(tables, of);
    return diagnosisOf([...findings, ...(await messagesOf(settings, database, tables, of))]);
  } catch (error) {
    throw explainServiceError(error, settings);
  } finally {
    await database.close();
  }
}

function tablesOf(database: Database, mapping: Mapping): Promise<TableEvidence> {
  return database.transaction(
    async (tx) => {
      const schema = await readMappedSchema(tx, mapping);
      const { mapped } = schema;
      return {
        schema,
        statuses: await statusCounts(tx, mapped),
        products: await productEvidence(tx, schema),
        idIndexed: await isIdIndexed(tx, mapped),
        mayLock: await mayLockStock(tx, mapped),
      };
    },
    { isolation: "repeatable read", readOnly: true },
  );
}

/** A Kafka that is not there does not hide what was found in the database. */
async function messagesOf(
  settings: Settings,
  database: Database,
  { schema, statuses }: TableEvidence,
  { message = ours }: Mapping,
): Promise<readonly MappingFinding[]> {
  const { topic, group } = settings;
  const read = createMessageReader(message);
  try {
    const open = await openTopic(createKafka(settings, "orders-audit"), topic);
    const log = await openLogReader(createKafka(settings, "orders-audit"), topic, group);
    try {
      const ranges = await open.ranges();
      const last = (await lastMessages(open, messagesLookedAt)).map(({ value }) => read(value));
      const rows = await orderRowsOf(database, idsIn(last), schema);
      return judgeMessages(
        {
          ...{ topic, group, rows, read: last, partitions: ranges.length },
          messages: ranges.reduce((sum, { low, high }) => sum + high - low, 0),
          groupState: await log.groupState(),
          rowsInAll: statuses.reduce((sum, status) => sum + status.rows, 0),
        },
        message.paths,
      );
    } finally {
      await Promise.allSettled([open.close(), log.close()]);
    }
  } catch (error) {
    const explained = explainServiceError(error, settings);
    if (explained instanceof Failure && explained.kind === "environment") {
      return [unreachable(`topic ${topic}`, explained.message)];
    }
    throw explained;
  }
}

function idsIn(read: readonly ReadMessage[]): readonly string[] {
  return read.flatMap((each) => (each.kind === "order" ? (each.contents.orderId ?? []) : []));
}
