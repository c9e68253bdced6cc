import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { request } from "undici";
import { Failure } from "../../failure/failure.ts";
import type { Queryable } from "../../ports/database.ts";
import type { Narrator } from "../../ports/narrator.ts";
import { createKafka } from "../../runtime/kafka/kafka-client.ts";
import { openDatabase } from "../../runtime/postgres/open-database.ts";
import { firstUrl } from "../../runtime/settings/http-urls.ts";
import type { Settings } from "../../runtime/settings/settings.ts";
import { counted } from "../finding.ts";
import type { FieldPath } from "../mapping/field-path.ts";
import type { Mapping } from "../mapping/mapping.ts";
import { idForms } from "../mapping/race-names.ts";
import type { IdForms } from "../mapping/write-order.ts";
import type { LogReader } from "../ports.ts";
import { type RaceOptions, type RaceRun, runRace } from "../race/run-race.ts";
import { type AuditedSchema, readSchema } from "../read-schema.ts";
import { firstProductIds } from "../sql/select-product.ts";
import { type OpenOrderPlacer, openHttpOrderPlacer } from "./http-order-placer.ts";
import { openAuditedLog } from "./open-audited-log.ts";
import { openKafkaOrderPlacer } from "./open-kafka-order-placer.ts";
import { httpForm, messageForm } from "./order-form.ts";
import { explainServiceError, reaching } from "./reaching.ts";

export interface StartRaceOptions extends Omit<RaceOptions, "raceId" | "holdMsMax" | "products"> {
  readonly target: "http" | "kafka";
  /** Their ids, or the first so many that the inventory has. */
  readonly products: readonly string[] | number;
  /** Where a foreign system has what the race looks at. */
  readonly mapping?: Mapping | undefined;
  /** Where an answer of the API has the order's id; wins over the mapping's. */
  readonly idPath?: FieldPath | undefined;
  /** Consumers to wait for before the race begins. Default: none, those that are there count. */
  readonly members?: number | undefined;
}

/** Until a consumer that is starting has its partitions, on a busy machine. */
const joinedWithinMs = 90_000;
const joinPollMs = 100;

/** Two holders, the watcher, and one for everything else, and one to spare. */
const connectionsNeeded = 5;
const holdMsLongest = 5_000;

/**
 * Opens what a race needs, runs it, and closes everything whatever happens.
 * @throws Failure("environment") when the API, Kafka or PostgreSQL cannot be used; the signal's
 *   reason when aborted.
 */
export async function startRace(
  settings: Settings,
  options: StartRaceOptions,
  narrator: Narrator,
  signal: AbortSignal,
): Promise<RaceRun> {
  const { mapping } = options;
  const database = openDatabase(settings, {
    applicationName: "orders audit race",
    poolSize: connectionsNeeded,
  });
  const closing: (() => Promise<void>)[] = [() => database.close()];
  try {
    await database.query({ text: "SELECT 1" });
    const log = await openAuditedLog(settings, mapping);
    closing.push(() => log.close());
    const { mapped } = await readSchema(database, mapping);
    const placer = await openPlacer(settings, options, idForms(mapped));
    closing.push(() => placer.close());
    await untilJoined(log, options.members ?? 0, signal);
    // One listener for all orders under way, where each would need its own.
    signal.addEventListener("abort", () => void placer.close().catch(() => {}), { once: true });
    return await runRace(
      { database, log, mapping },
      placer,
      {
        ...options,
        products: await productsOf(database, options.products, mapped),
        raceId: randomUUID().slice(0, 8),
        // Consumers give up on a lock after their own timeout, which ours is a good guess at.
        holdMsMax: Math.min(holdMsLongest, settings.lockTimeoutMs / 2),
      },
      narrator,
      signal,
    );
  } catch (error) {
    throw explainServiceError(error, settings);
  } finally {
    await Promise.allSettled(closing.reverse().map((close) => close()));
  }
}

/** @throws Failure("environment") when they have not joined within the bound; the signal's reason. */
async function untilJoined(log: LogReader, members: number, signal: AbortSignal): Promise<void> {
  const deadlineMs = performance.now() + joinedWithinMs;
  while (members > 0) {
    const { members: joined } = await log.groupState();
    if (joined >= members) return;
    if (performance.now() >= deadlineMs) {
      throw new Failure("environment", {
        what: `${joined} of ${members} consumers joined the group ${log.group} within ${joinedWithinMs / 1_000} s`,
        meaning: "the race was not run",
        remedy: "ask for fewer --instances, or run it on a machine with more cores",
      });
    }
    await delay(joinPollMs, undefined, { signal });
  }
}

async function productsOf(
  database: Queryable,
  asked: StartRaceOptions["products"],
  mapped: AuditedSchema["mapped"],
): Promise<readonly string[]> {
  if (typeof asked !== "number") return asked;
  const products = await firstProductIds(database, asked, mapped);
  if (products.length === asked) return products;
  throw new Failure("usage", {
    what: `the inventory has ${counted(products.length, "product")}, and --products asks for ${asked}`,
    meaning: "the race would be for fewer rows than was meant",
    remedy: `ask for at most ${products.length}, or name them: --products PROD001,PROD002`,
  });
}

async function openPlacer(
  settings: Settings,
  { target, concurrency, mapping, idPath }: StartRaceOptions,
  forms: IdForms,
): Promise<OpenOrderPlacer> {
  if (target === "kafka") {
    return reaching(
      "Kafka",
      "are --brokers and --topic right?",
      () =>
        openKafkaOrderPlacer(
          createKafka(settings, "orders-audit-place"),
          settings.topic,
          messageForm(mapping?.message, forms),
        ),
      settings,
    );
  }
  if (settings.apiUrl === undefined) {
    throw new Failure("environment", {
      what: "no API is configured",
      meaning:
        "there is no running stack of this name, and neither --api-url nor ORDERS_API_URL is set",
      remedy: "run `orders up`, give --api-url, or publish directly: --target kafka",
    });
  }
  const apiUrl = firstUrl(settings.apiUrl);
  const form = httpForm(mapping?.api, idPath, forms, process.env);
  await demandReady(apiUrl, settings.connectTimeoutMs);
  const timeoutMs = settings.publishTimeoutMs + 5_000;
  return openHttpOrderPlacer(apiUrl, { connections: concurrency, timeoutMs }, form);
}

/** Systems without /ready answer something else than 503, and are believed to be ready. */
async function demandReady(apiUrl: string, timeoutMs: number): Promise<void> {
  const remedy = "see `orders status`; is --api-url right? Without an API: --target kafka";
  const url = new URL("ready", apiUrl.endsWith("/") ? apiUrl : `${apiUrl}/`);
  await reaching(`the API at ${apiUrl}`, remedy, async () => {
    const { statusCode, body } = await request(url, {
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      signal: AbortSignal.timeout(timeoutMs),
    });
    await body.dump();
    if (statusCode === 503) {
      throw new Failure("environment", {
        what: `the API at ${apiUrl} is not ready`,
        meaning: "it takes no orders: it cannot reach Kafka, or it is stopping",
        remedy,
      });
    }
  });
}
