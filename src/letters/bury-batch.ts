import { Failure } from "../failure/failure.ts";
import type { Database } from "../ports/database.ts";
import type { PartitionRange, UndecodableBatch } from "../ports/log.ts";
import { demandTopic } from "../runtime/kafka/demand-topic.ts";
import { createKafka } from "../runtime/kafka/kafka-client.ts";
import { explainKafkaError } from "../runtime/kafka/kafka-failure.ts";
import { openTopicReader } from "../runtime/kafka/kafkajs-internals/topic-reader.ts";
import { readRanges } from "../runtime/kafka/topics.ts";
import { withAdmin } from "../runtime/kafka/with-admin.ts";
import { peekOffsets } from "../runtime/postgres/tables/peek-offsets.ts";
import { withDatabase } from "../runtime/postgres/with-database.ts";
import type { Settings } from "../runtime/settings/settings.ts";
import { moveBehind, recordBatchLetter } from "./sql/bury.ts";

export interface BatchRef {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

export interface Buried {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly first_offset: number;
  readonly last_offset: number;
  readonly why: UndecodableBatch["why"];
  readonly detail: string;
  readonly stored_bytes: number;
  /** null: another group buried the batch before, and its letter stands. */
  readonly letter: number | null;
}

/** What a network does to bytes passes; what is in the log is there every time. */
const looks = 3;
const lookWithinMs = 30_000;

/**
 * Dead-letters the batch at which a group's partition stands, and moves its stored offset behind it,
 * in one transaction. A running consumer goes on within seconds.
 * @throws Failure("usage") when the group does not stand there, or the batch can be decoded;
 *   Failure("environment") when Kafka or PostgreSQL is away.
 */
export async function buryBatch(settings: Settings, ref: BatchRef): Promise<Buried> {
  return withDatabase(settings, "dlq bury", async (database) => {
    await demandStoredAt(database, settings.group, ref);
    const batch = await findUndecodable(settings, ref).catch((error: unknown) => {
      throw explainKafkaError(error, settings.brokers);
    });
    const { group } = settings;
    const { topic, partition } = ref;
    const detail = detailOf(batch);
    const letter = await database.transaction(async (tx) => {
      if (!(await moveBehind(tx, group, topic, partition, batch))) throw movedMeanwhile(group, ref);
      return recordBatchLetter(tx, group, topic, partition, batch, detail);
    });
    return {
      group,
      topic,
      partition,
      first_offset: batch.from,
      last_offset: batch.to,
      why: batch.why,
      detail,
      stored_bytes: batch.storedBytes,
      letter: letter ?? null,
    };
  });
}

async function demandStoredAt(
  database: Database,
  group: string,
  { topic, partition, offset }: BatchRef,
): Promise<void> {
  const stored = (await peekOffsets(database, group, topic)).get(partition);
  if (stored === offset) return;
  throw new Failure("usage", {
    what:
      stored === undefined
        ? `group ${group} has no stored offset for partition ${partition} of ${topic}`
        : `group ${group} stands at offset ${stored} of partition ${partition} of ${topic}, not at ${offset}`,
    meaning: "only the batch at which a partition stands can be buried; nothing was changed",
    remedy: "`orders lag` names the partitions that stand, and where",
  });
}

async function findUndecodable(settings: Settings, ref: BatchRef): Promise<UndecodableBatch> {
  const { topic, partition, offset } = ref;
  const kafka = createKafka(settings, "orders-dlq-bury");
  const range = await withAdmin(kafka, async (admin) => {
    await demandTopic(admin, topic);
    return (await readRanges(admin, topic)).find((each) => each.partition === partition);
  });
  const reader = await openTopicReader(kafka, topic);
  try {
    let batch: UndecodableBatch | undefined;
    for (let look = 0; look < looks; look++) {
      const untilMs = Date.now() + lookWithinMs;
      batch = undefined;
      for (;;) {
        const limits = { waitMs: 500, bytesMax: 10_485_760 };
        const [run] = await reader.fetch(new Map([[partition, offset]]), limits);
        const first = run?.holes[0];
        if (first?.kind === "undecodable" && first.from === offset) batch = first;
        // An empty answer: the broker was not ready, or there is nothing.
        const empty = run === undefined || run.next === offset;
        if (batch !== undefined || !empty || Date.now() > untilMs) break;
        if (range === undefined || offset >= range.high) break;
      }
      if (batch === undefined) throw canBeDecoded(ref);
    }
    return within(batch as UndecodableBatch, range);
  } finally {
    await reader.close();
  }
}

/** A damaged header may name offsets that the log does not have. */
function within(batch: UndecodableBatch, range: PartitionRange | undefined): UndecodableBatch {
  const last = (range?.high ?? batch.to + 1) - 1;
  return { ...batch, to: Math.max(batch.from, Math.min(batch.to, last)) };
}

function detailOf({ from, to, why, detail, storedBytes, head }: UndecodableBatch): string {
  const kept = head.length < storedBytes ? `, of which the first ${head.length} are kept` : "";
  return `offsets ${from} to ${to}: ${why}: ${detail}; ${storedBytes} bytes as stored${kept}`;
}

function canBeDecoded({ topic, partition, offset }: BatchRef): Failure {
  return new Failure("usage", {
    what: `there is no undecodable batch at offset ${offset} of partition ${partition} of ${topic}`,
    meaning: "what stands there can be read, and is decided by a consumer; nothing was changed",
    remedy: "`orders topic tail` shows it",
  });
}

function movedMeanwhile(group: string, { topic, partition }: BatchRef): Failure {
  return new Failure("environment", {
    what: `the stored offset of group ${group} in partition ${partition} of ${topic} was moved meanwhile`,
    meaning: "somebody else buried the batch, or a consumer went on; nothing was changed",
    remedy: "`orders lag` shows where it stands now",
  });
}
