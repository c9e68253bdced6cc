import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import type { Logger } from "pino";
import { createMessageSender } from "../../runtime/kafka/create-message-sender.ts";
import { createKafka } from "../../runtime/kafka/kafka-client.ts";
import { createRunnable } from "../../runtime/lifecycle/create-runnable.ts";
import { listenFailure } from "../../runtime/lifecycle/listen-failure.ts";
import { limitErrors } from "../../runtime/lifecycle/output/service-log.ts";
import { runUntil } from "../../runtime/lifecycle/run-until.ts";
import type { Runnable } from "../../runtime/lifecycle/runnable.ts";
import type { Settings } from "../../runtime/settings/settings.ts";
import { Publisher } from "../publisher.ts";
import { buildServer, type IntakeServer } from "../server/build-server.ts";

export interface ServeApiOptions {
  readonly settings: Settings;
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly onListening: (port: number) => void;
}

/** Orders by what was said of them, and requests. */
export interface ApiCounts {
  readonly requests: number;
  /** Requests answered 4xx. */
  readonly invalid: number;
  /** Orders acknowledged by Kafka: 202. */
  readonly accepted: number;
  /** Orders handed over whose acknowledgement did not come in time: 504. */
  readonly unknown: number;
  /** Orders never handed over: 503. */
  readonly unavailable: number;
  /** Orders that Kafka refused for certain: 413, 502, 503. */
  readonly refused: number;
}

/** After the last answer is written: how long connections may take to end by themselves. */
const closeWithinMs = 3_000;

/**
 * The producer API in this process, until the signal. Kafka need not be there yet.
 * @throws Failure("environment") when the address cannot be listened on.
 */
export async function serveApi({ signal, ...options }: ServeApiOptions): Promise<ApiCounts> {
  const api = createApi(options);
  await runUntil(api, {
    signal,
    stopWithinMs: options.settings.publishTimeoutMs + 2 * closeWithinMs,
  });
  return api.counts;
}

/** Its stop lets /ready say 503, accepts nothing more, and answers all that was accepted. */
export interface Api extends Runnable {
  readonly counts: ApiCounts;
}

export function createApi(options: Omit<ServeApiOptions, "signal">): Api {
  const { settings, host, port, log, onListening } = options;
  const publisher = createPublisher(settings, log);
  let server: IntakeServer | undefined;
  const runnable = createRunnable("API", {
    async start() {
      server = await buildServer(publisher, settings.publishTimeoutMs, {
        bug: (error) => log.error({ err: error }, "unexpected error"),
        ...(log.isLevelEnabled("debug") ? { request: (line) => log.debug(line, "request") } : {}),
      });
      await listen(server, host, port);
      publisher.start();
      onListening((server.app.server.address() as AddressInfo).port);
    },
    notReadyBecause() {
      const readiness = publisher.readiness();
      return readiness.ready ? undefined : readiness.reason;
    },
    async stop(withinMs) {
      const late = wait(Math.max(0, withinMs - closeWithinMs), undefined, { ref: false });
      await Promise.race([publisher.close(), late]);
      if (server !== undefined) await close(server);
    },
  });
  return {
    ...runnable,
    get counts() {
      const { acked, unknown, unsent, refused } = publisher.counts;
      const { requests, invalid } = server?.counts ?? { requests: 0, invalid: 0 };
      return { requests, invalid, accepted: acked, unknown, unavailable: unsent, refused };
    },
  };
}

function createPublisher(settings: Settings, log: Logger): Publisher {
  const { publishTimeoutMs } = settings;
  const kafka = createKafka(
    settings,
    "orders-api",
    // What matters of these comes back as the error of a send; kafkajs repeats it at every attempt.
    ({ message, error }) => log.debug({ error }, `kafkajs: ${message}`),
    // Long enough to bridge a broker's restart within the time that an order may wait.
    { connectRetries: 5 + Math.ceil(publishTimeoutMs / 1_000) },
  );
  const sender = createMessageSender(kafka, {
    topic: settings.topic,
    compression: settings.compression,
    requestTimeoutMs: settings.requestTimeoutMs,
    sendTimeoutMs: publishTimeoutMs,
  });
  const limits = {
    queueMessages: settings.publishQueue,
    queueBytes: queueBytesMax,
    batchMessages: settings.publishBatch,
    partitionBytes: settings.maxMessageBytes,
    timeoutMs: publishTimeoutMs,
  };
  return new Publisher(sender, limits, limitErrors(log));
}

/** About 400,000 orders of one line. */
const queueBytesMax = 128 * 1024 * 1024;

async function listen({ app }: IntakeServer, host: string, port: number): Promise<void> {
  try {
    await app.listen({ host, port });
  } catch (cause) {
    throw listenFailure(cause, {
      host,
      port,
      of: "the API",
      portFlag: "--port",
      hostFlag: "--host",
    });
  }
}

async function close({ app }: IntakeServer): Promise<void> {
  const force = setTimeout(() => app.server.closeAllConnections(), closeWithinMs);
  await app.close();
  clearTimeout(force);
}
