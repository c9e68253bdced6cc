import { produceAndConsume } from "../kafka/probe-kafka.ts";
import { ensureTopics, pipelineTopicsNamed } from "../kafka/topics.ts";
import { allOrNone } from "../lifecycle/all-or-none.ts";
import { logsStatements, setStatementLogging } from "../postgres/log-statements.ts";
import { openDatabase } from "../postgres/open-database.ts";
import { permitNaive } from "../postgres/tables/naive-permit.ts";
import { databaseAddress } from "../settings/database-address.ts";
import type { BootProgress } from "./boot-steps.ts";
import { beginFirstEpoch, prepareDatabase } from "./prepare-database.ts";
import { prepareRoles } from "./prepare-roles.ts";
import { ensureStackRoles } from "./stack-roles.ts";
import { type Infra, waitForKafka, waitForPostgres } from "./wait-for-infra.ts";
import type { Wait } from "./wait-until.ts";

const leftAlone = "left as it is: it is not empty; --migrate adds what is missing";

/** Topics and tables, each as soon as its service answers, then the first epoch. */
export async function prepareInfra(
  infra: Infra,
  wait: Wait,
  options: {
    readonly migrate: boolean;
    readonly allowNaive: boolean;
    readonly logStatements?: boolean | undefined;
  },
  progress: BootProgress,
): Promise<void> {
  const { kafka, settings } = infra;
  const database = openDatabase(settings, { applicationName: "orders up", poolSize: 2 });
  try {
    await allOrNone(wait.signal, [
      async (signal) => {
        progress("kafka", "waiting until it answers");
        await waitForKafka(infra, { ...wait, signal });
        progress("topics", "creating");
        progress("topics", await createTopics(infra), true);
      },
      async (signal) => {
        progress("postgres", "waiting until it answers");
        await waitForPostgres(infra, { ...wait, signal }, database);
        const { logStatements } = options;
        if (logStatements !== undefined) await setStatementLogging(database, logStatements);
        const host = databaseAddress(settings.databaseUrl).replace(/\/[^/]*$/, "");
        const logs = await logsStatements(database);
        progress("postgres", logs ? `${host}, logs every statement` : host, true);
        progress("database", "migrating");
        const own = infra.engine.name !== "external";
        const done = await prepareDatabase(database, { own, migrate: options.migrate });
        if (own) await prepareRoles(database, ensureStackRoles(infra.context.directory));
        const applied = `${done.migrations} ${done.migrations === 1 ? "migration" : "migrations"} applied`;
        progress("database", done.touched ? applied : leftAlone, true);
      },
    ]);
    await beginFirstEpoch(database, kafka, settings.topic);
    if (options.allowNaive) await permitNaive(database);
  } finally {
    await database.close();
  }
}

async function createTopics({ kafka, settings }: Infra): Promise<string> {
  const { topic, dlqTopic } = settings;
  const { created, smaller } = await ensureTopics(kafka, pipelineTopicsNamed(topic, dlqTopic));
  const few = smaller.map((t) => `${t.topic} has ${t.found} partitions, not ${t.wanted}`);
  return [`${created.length} created`, ...few].join("; ");
}

/** A real message through Kafka and back. Brokers that we did not start get no topic for that. */
export async function probeKafka(
  { engine, kafka, settings }: Infra,
  wait: Wait,
  progress: BootProgress,
): Promise<void> {
  if (engine.name !== "external") {
    progress("kafka", "sending a probe message through it");
    await produceAndConsume(kafka, wait);
  }
  progress("kafka", settings.brokers ?? "", true);
}
