import type { ConnectionOptions } from "node:tls";
import { Kafka, type KafkaConfig, logLevel, type SASLOptions } from "kafkajs";
import { Failure } from "../../failure/failure.ts";
import { readCertificates } from "../settings/certificate-files.ts";
import type { Settings } from "../settings/settings.ts";
import { bootstrapBrokers } from "./bootstrap-brokers.ts";
import { trackConnections } from "./kafkajs-internals/connections.ts";
import { replaceFetchDecoder } from "./kafkajs-internals/fetch-response.ts";
import { fixConnections } from "./kafkajs-internals/fix-connections.ts";
import { fixCoordinatorLookup } from "./kafkajs-internals/fix-coordinator-lookup.ts";
import { fixHeartbeat } from "./kafkajs-internals/fix-heartbeat.ts";
import { fixRequestQueue } from "./kafkajs-internals/fix-request-queue.ts";
import { speedUpProduce } from "./kafkajs-internals/produce-request.ts";
import { type Patience, setPatience } from "./patience.ts";
import { registerCodecs } from "./records/register-codecs.ts";

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
  /** How long what passes is waited out, in calls through withAdmin and withCluster. */
  readonly patience?: Patience;
}

/**
 * The one place that makes a Kafka client. Opens no connection yet.
 * @throws Failure("environment") when no broker is configured.
 * @throws Failure("usage") when an address or the CA file cannot be used.
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
  fixHeartbeat();
  speedUpProduce();
  replaceFetchDecoder(settings.expandedBatchBytes);
  if (settings.brokers === undefined) {
    throw new Failure("environment", {
      what: "no Kafka broker is configured",
      meaning:
        "there is no running stack of this name, and neither --brokers nor KAFKA_BROKERS is set",
      remedy: "run `orders up`, or give --brokers host:port",
    });
  }
  const connections = trackConnections();
  const brokers = bootstrapBrokers(settings.brokers);
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
  const ssl = tlsOptions(settings);
  const sasl = saslOptions(settings);
  const kafka = new Kafka({
    ...config,
    ...(ssl === undefined ? {} : { ssl }),
    ...(sasl === undefined ? {} : { sasl }),
  });
  connections.belongTo(kafka);
  if (options.patience !== undefined) setPatience(kafka, options.patience);
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

/** Said in so many words, or NODE_TLS_REJECT_UNAUTHORIZED=0 in the shell would turn it off. */
const verified = { rejectUnauthorized: true };

/** @throws Failure("usage") when the CA file cannot be used. */
export function tlsOptions(settings: KafkaSettings): ConnectionOptions | undefined {
  if (settings.kafkaCaFile !== undefined)
    return { ...verified, ca: readCertificates(settings.kafkaCaFile, "KAFKA_CA_FILE") };
  return settings.kafkaTls ? verified : undefined;
}

function saslOptions(settings: KafkaSettings): SASLOptions | undefined {
  const {
    kafkaSaslMechanism: mechanism,
    kafkaSaslUsername: username,
    kafkaSaslPassword: password,
  } = settings;
  if (mechanism === undefined) return undefined;
  return { mechanism, username, password } as SASLOptions;
}
