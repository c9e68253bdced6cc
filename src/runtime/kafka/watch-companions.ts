import { setTimeout as wait } from "node:timers/promises";
import type { Kafka } from "kafkajs";
import { Failure } from "../../failure/failure.ts";
import type { Database } from "../../ports/database.ts";
import { databaseIdentity } from "../postgres/database-identity.ts";
import { peekOffsets } from "../postgres/tables/peek-offsets.ts";
import type { Announcement } from "./announcement.ts";
import type { GroupDescription } from "./described-group.ts";
import { readGroup, readGroupOffsets } from "./group-description.ts";
import { aheadWarnings, memberWarnings } from "./group-warnings.ts";
import { separateKafka } from "./kafka-client.ts";
import { cutConnections } from "./kafkajs-internals/connections.ts";
import { topicRanges } from "./topics.ts";
import { withAdmin } from "./with-admin.ts";

export interface Companions {
  /** What this consumer tells the group when it joins; what is known by then. */
  announce(): Announcement;
  /** Reads once which database this is; one that does not answer soon must not keep us from joining. */
  prepare(): Promise<void>;
  /** Looks at the group; to be called each time that this consumer has joined it. */
  joined(): void;
  /** From now on nobody looks, and nothing is left open. */
  close(): void;
}

interface CompanionsOptions {
  readonly kafka: Kafka;
  readonly database: Database;
  readonly group: string;
  readonly topic: string;
  readonly log: (line: string) => void;
}

const prepareWithinMs = 1_000;

/**
 * Who else is in the group: a group's partitions are shared among all members, also those of another
 * database. Who comes or goes makes everybody join again, so that looking after each join costs next
 * to nothing and misses nobody. What it finds is said once until it changes.
 */
export function watchCompanions(options: CompanionsOptions): Companions {
  const { database, group, topic, log } = options;
  const kafka = separateKafka(options.kafka, { connectRetries: 2 });
  let closed = false;
  let own: string | undefined;
  let told: readonly string[] = [];
  let looking: Promise<void> | undefined;
  const identify = async () => {
    own ??= await databaseIdentity(database);
  };
  const look = async () => {
    await identify();
    const warnings = await readWarnings(kafka, database, { group, topic, ownDatabase: own });
    if (closed) return;
    for (const warning of warnings) if (!told.includes(warning)) log(`warning: ${warning}`);
    if (warnings.length === 0 && told.length > 0)
      log(`group ${group} is this database's alone again`);
    told = warnings;
  };
  return {
    announce: () => ({ database: own }),
    prepare: () => Promise.race([identify(), wait(prepareWithinMs, undefined, { ref: false })]),
    joined() {
      // Whatever keeps Kafka from telling, the consumer itself meets and says.
      if (!closed) looking = (looking ?? Promise.resolve()).then(look).catch(() => {});
    },
    close() {
      closed = true;
      cutConnections(kafka);
    },
  };
}

async function readWarnings(
  kafka: Kafka,
  database: Database,
  of: { readonly group: string; readonly topic: string; readonly ownDatabase: string | undefined },
): Promise<readonly string[]> {
  const { group, topic } = of;
  return withAdmin(kafka, async (admin) => {
    const described = await readGroup(kafka, admin, group);
    const { type } = described ?? {};
    // Kafka's first: a consumer commits there after its transaction.
    const committed = await readGroupOffsets(kafka, admin, { group, type, topics: [topic] });
    const stored = await peekOffsets(database, group, topic);
    const ranges = await topicRanges(kafka, topic);
    return [
      ...memberWarnings({ ...of, members: described?.members ?? [], expectsOrders: true }),
      ...aheadWarnings(group, ranges, committed.get(topic) ?? new Map(), stored),
    ];
  });
}

/**
 * A consumer that its group refused: who is in the group, in place of a guess.
 * @returns the failure to end with; what it was given, where the group was not the reason.
 */
export async function explainRefusedJoin(
  error: unknown,
  kafka: Kafka,
  group: string,
): Promise<unknown> {
  const cause = error instanceof Error ? error.cause : undefined;
  const type = cause instanceof Error && "type" in cause ? cause.type : undefined;
  if (type !== "INCONSISTENT_GROUP_PROTOCOL") return error;
  const found = await withAdmin(kafka, (admin) => readGroup(kafka, admin, group)).catch(
    () => undefined,
  );
  return new Failure(
    "environment",
    {
      what: `group ${group} does not take this consumer: ${found === undefined ? "its members share partitions in another way" : whatItIs(found)}`,
      meaning:
        "nothing was consumed by this process; the members of a group must agree on how its partitions are shared",
      remedy:
        "give orders a group of its own (--group, CONSUMER_GROUP_ID), or stop the other program",
    },
    { cause },
  );
}

function whatItIs({ type, assignor, members }: GroupDescription): string {
  const clients = [...new Set(members.map(({ clientId, host }) => `${clientId} at ${host}`))];
  const shown = clients.slice(0, 3).join(", ");
  const who = clients.length === 0 ? "" : ` of ${shown}${clients.length > 3 ? " and others" : ""}`;
  if (type === "classic")
    return `its partitions are shared by ${assignor || "another method"} among the consumers${who}`;
  const kind =
    type === "other"
      ? "a group of no consumers (Kafka Connect, a schema registry …)"
      : `a ${type} group`;
  return `it is ${kind}${who}`;
}
