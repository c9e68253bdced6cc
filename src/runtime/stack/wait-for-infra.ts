import { Failure } from "../../failure/failure.ts";
import type { Database } from "../../ports/database.ts";
import type { Kafka } from "../kafka/client.ts";
import { explainKafkaError, isKafkaRefusal } from "../kafka/kafka-failure.ts";
import { askKafka, brokerListens } from "../kafka/probe-kafka.ts";
import { explainDatabaseError, isDatabaseRefusal } from "../postgres/database-failure.ts";
import type { Settings } from "../settings/settings.ts";
import type { Engine, EngineContext, InfraService } from "./engines/engine.ts";
import { engineServices } from "./services/service.ts";
import { services } from "./services/services.ts";
import { type Wait, waitUntil } from "./wait-until.ts";

const titles = new Map(engineServices(services).map(({ name, title }) => [name, title]));
const shownLogLines = 15;

export interface Infra {
  readonly engine: Engine;
  readonly context: EngineContext;
  readonly kafka: Kafka;
  /** Pointed at the engine's endpoints. */
  readonly settings: Settings;
}

/** Until Kafka answers for its metadata and for groups. */
export async function waitForKafka(infra: Infra, wait: Wait): Promise<void> {
  const { brokers = "", group } = infra.settings;
  await waitForService(infra, wait, "kafka", async () => {
    // Cheap to ask often; the client would pause longer and longer between its tries.
    if (!(await brokerListens(brokers))) throw new Error(`nothing listens on ${brokers}`);
    await askKafka(infra.kafka, group);
  });
}

/** Until PostgreSQL answers a query. */
export async function waitForPostgres(infra: Infra, wait: Wait, database: Database): Promise<void> {
  await waitForService(infra, wait, "postgres", async () => {
    await database.query({ text: "SELECT 1" });
  });
}

async function waitForService(
  infra: Infra,
  wait: Wait,
  service: InfraService,
  ask: () => Promise<void>,
): Promise<void> {
  const failure = async (why: string) =>
    new Failure("environment", {
      what: `${titles.get(service)} did not become ready: ${why}`,
      meaning: await logTail(infra, service),
      remedy: `\`orders logs ${service}\` shows more; \`orders doctor\` shows what is missing; --timeout allows more time`,
    });
  await waitUntil(
    wait,
    async () => {
      await ask();
      return true;
    },
    async (lastError) => {
      if (isRefusal(lastError)) throw explainService(lastError, infra.settings);
      const status = await infra.engine.status(infra.context);
      const own = status.find((one) => one.service === service);
      if (own?.state === "failed") throw await failure(own.reason?.split("\n")[0] ?? "it died");
    },
    async (error) => {
      const explained = explainService(error, infra.settings);
      return failure(explained instanceof Error ? explained.message : "it does not answer");
    },
  );
}

/** A wrong password or certificate does not get better with time. */
function isRefusal(error: unknown): boolean {
  return isKafkaRefusal(error) || isDatabaseRefusal(error);
}

function explainService(error: unknown, { brokers, databaseUrl }: Settings): unknown {
  return explainDatabaseError(explainKafkaError(error, brokers), databaseUrl);
}

async function logTail({ engine, context }: Infra, service: InfraService): Promise<string> {
  const lines: string[] = [];
  const signal = AbortSignal.timeout(2_000);
  const request = { service, lines: shownLogLines, follow: false, signal };
  await engine.logs(context, request, (line) => lines.push(line)).catch(() => {});
  return lines.length === 0
    ? "it has written no log"
    : `the last lines of its log:\n    ${lines.join("\n    ")}`;
}
