import { readFileSync } from "node:fs";
import { Kafka, type KafkaConfig, logLevel, type SASLOptions } from "kafkajs";
import { Failure } from "../../failure/failure.ts";
import type { Settings } from "../config/settings.ts";
import { registerCodecs } from "./codecs.ts";
import { fixConnections } from "./connection-fix.ts";
import { trackConnections } from "./connections.ts";
import { fixCoordinatorLookup } from "./coordinator-fix.ts";
import { replaceFetchDecoder } from "./fetch-response.ts";
import { speedUpProduce } from "./produce-request.ts";
import { fixRequestQueue } from "./request-queue-fix.ts";

export type KafkaSettings = Pick<
  Settings,
  | "brokers"
  | "kafkaTls"
  | "kafkaCaFile"
  | "kafkaSaslMechanism"
  | "kafkaSaslUsername"
  | "kafkaSaslPassword"
  | "connectTimeoutMs"
  | "requestTimeoutMs"
  | "expandedBatchBytes"
>;

/** Where kafkajs's own log lines go. Level is kafkajs's: 1 error, 2 warn. */
export type KafkaLog = (entry: {
  level: number;
  message: string;
  error: string | undefined;
}) => void;

const silent: KafkaLog = () => {};

export interface KafkaOptions {
  /** How often a connection is tried before its user hears of it; the default gives up after 3 s. */
  readonly connectRetries?: number;
}

/**
 * The one place that makes a Kafka client. Opens no connection yet.
 * @throws Failure("environment") when no broker is configured or the CA file cannot be read.
 */
export function createKafka(
  settings: KafkaSettings,
  clientId: string,
  log: KafkaLog = silent,
  options: KafkaOptions = {},
): Kafka {
  registerCodecs();
  fixRequestQueue();
  fixConnections();
  fixCoordinatorLookup();
  speedUpProduce();
  replaceFetchDecoder(settings.expandedBatchBytes);
  const brokers = (settings.brokers ?? "")
    .split(",")
    .map((b) => b.trim())
    .filter(Boolean);
  if (brokers.length === 0) {
    throw new Failure("environment", {
      what: "no Kafka broker is configured",
      meaning:
        "there is no running stack of this name, and neither --brokers nor KAFKA_BROKERS is set",
      remedy: "run `orders up`, or give --brokers host:port",
    });
  }
  const connections = trackConnections();
  const config: KafkaConfig = {
    clientId,
    socketFactory: connections.socketFactory,
    brokers,
    connectionTimeout: settings.connectTimeoutMs,
    requestTimeout: settings.requestTimeoutMs,
    enforceRequestTimeout: true,
    retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: options.connectRetries ?? 5 },
    logLevel: logLevel.WARN,
    logCreator: () => (entry) => {
      const error: unknown = entry.log.error;
      log({
        level: entry.level,
        message: entry.log.message,
        error: error === undefined ? undefined : String(error),
      });
    },
  };
  const ssl = tls(settings);
  const sasl = saslOptions(settings);
  const kafka = new Kafka({
    ...config,
    ...(ssl === undefined ? {} : { ssl }),
    ...(sasl === undefined ? {} : { sasl }),
  });
  connections.belongTo(kafka);
  remakers.set(kafka, (changed) =>
    createKafka(settings, clientId, log, { ...options, ...changed }),
  );
  return kafka;
}

const remakers = new WeakMap<Kafka, (changed: KafkaOptions) => Kafka>();

/** A client with the settings of `kafka` and connections of its own: cutting them disturbs no other. */
export function separateKafka(kafka: Kafka, changed: KafkaOptions = {}): Kafka {
  const remake = remakers.get(kafka);
  if (remake === undefined) throw new Error("this client was not made by createKafka");
  return remake(changed);
}

function tls(settings: KafkaSettings): KafkaConfig["ssl"] {
  if (settings.kafkaCaFile !== undefined) {
    try {
      return { ca: readFileSync(settings.kafkaCaFile, "utf8") };
    } catch (cause) {
      throw new Failure(
        "environment",
        {
          what: `the CA file ${settings.kafkaCaFile} cannot be read`,
          remedy: "give the path of a readable PEM file in --kafka-ca-file or KAFKA_CA_FILE",
        },
        { cause },
      );
    }
  }
  return settings.kafkaTls ? true : undefined;
}

function saslOptions(settings: KafkaSettings): SASLOptions | undefined {
  const {
    kafkaSaslMechanism: mechanism,
    kafkaSaslUsername: username,
    kafkaSaslPassword: password,
  } = settings;
  if (mechanism === undefined) return undefined;
  if (username === undefined || password === undefined) {
    throw new Failure("usage", {
      what: `SASL ${mechanism} needs a user name and a password`,
      remedy: "set KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD",
    });
  }
  return { mechanism, username, password } as SASLOptions;
}
