import { Failure } from "../../failure/failure.ts";
import { explainKafkaError, isKafkaRefusal } from "../kafka/kafka-failure.ts";
import { explainDatabaseError, isDatabaseRefusal } from "../postgres/database-failure.ts";
import type { Settings } from "../settings/settings.ts";
import type { Engine, EngineContext } from "./engines/engine.ts";
import type { Proof } from "./services/preparation.ts";
import type { EngineService } from "./services/service.ts";
import { type Wait, waitUntil } from "./wait-until.ts";

const shownLogLines = 15;

export interface Infra {
  readonly engine: Engine;
  readonly context: EngineContext;
  readonly kafka: Proof["kafka"];
  /** Pointed at the engine's endpoints. */
  readonly settings: Settings;
}

/** Until it answers. @throws Failure("environment") with its last log lines. */
export async function waitForService(
  infra: Infra,
  wait: Wait,
  { name, title }: EngineService,
  ask: () => Promise<void>,
): Promise<void> {
  const failure = async (why: string) =>
    new Failure("environment", {
      what: `${title} did not become ready: ${why}`,
      meaning: await logTail(infra, name),
      remedy: `\`orders logs ${name}\` shows more; \`orders doctor\` shows what is missing; --timeout allows more time`,
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
      const own = status.find((one) => one.service === name);
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

async function logTail({ engine, context }: Infra, service: string): Promise<string> {
  const lines: string[] = [];
  const signal = AbortSignal.timeout(2_000);
  const request = { service, lines: shownLogLines, follow: false, signal };
  await engine.logs(context, request, (line) => lines.push(line)).catch(() => {});
  return lines.length === 0
    ? "it has written no log"
    : `the last lines of its log:\n    ${lines.join("\n    ")}`;
}
