import { type StrategyName, strategyNames } from "../../ports/strategy-names.ts";

/** What a setting's text must be; parse-setting.ts reads each kind. */
type SettingKind = TextKind | "integer" | "boolean" | "choice";
type TextKind = "text" | "brokers" | "database-url" | "http-urls" | "file" | "topic" | "group";

/**
 * Every setting there is: one table from which come the flags, the environment variables, the keys
 * of the config file, the defaults, and `orders config show`. Environment names without the ORDERS_
 * prefix are those of the reference system.
 */
export interface SettingSpec {
  /** Name of the flag and key in the config file. */
  readonly name: string;
  readonly env: string;
  readonly kind: SettingKind;
  readonly summary: string;
  readonly default?: string | number | boolean;
  readonly min?: number;
  readonly max?: number;
  readonly choices?: readonly string[];
  /** Never printed by `config show`, in logs or in errors. */
  readonly secret?: true;
}

const compressions = ["none", "gzip", "snappy", "lz4", "zstd"] as const;
export type Compression = (typeof compressions)[number];
const saslMechanisms = ["plain", "scram-sha-256", "scram-sha-512"] as const;
const kafkaAuths = ["sasl", "none"] as const;
export type KafkaAuth = (typeof kafkaAuths)[number];
const kafkaClients = ["kafkajs", "platformatic"] as const;

type KafkaClient = (typeof kafkaClients)[number];

export type SaslMechanism = (typeof saslMechanisms)[number];

export const settingSpecs = {
  // Where things are. `orders up` fills these in for commands run beside a stack.
  brokers: {
    ...text("brokers", "KAFKA_BROKERS", "Kafka brokers, host:port separated by commas"),
    kind: "brokers",
  },
  topic: {
    ...text("topic", "KAFKA_TOPIC", "topic the orders are placed on", "orders-placed"),
    kind: "topic",
  },
  dlqTopic: {
    ...text("dlq-topic", "KAFKA_DLQ_TOPIC", "topic of dead letters", "orders-dlq"),
    kind: "topic",
  },
  group: {
    ...text("group", "CONSUMER_GROUP_ID", "Kafka consumer group", "order-processor"),
    kind: "group",
  },
  eventsTopic: {
    ...text(
      "events-topic",
      "ORDERS_EVENTS_TOPIC",
      "topic of what happens to the shop's orders",
      "order-events",
    ),
    kind: "topic",
  },
  validatedTopic: {
    ...text(
      "validated-topic",
      "ORDERS_VALIDATED_TOPIC",
      "topic that tells that an order was decided",
      "orders-validated",
    ),
    kind: "topic",
  },
  inventoryTopic: {
    ...text(
      "inventory-topic",
      "ORDERS_INVENTORY_TOPIC",
      "topic that tells whether an order was reserved, and why not",
      "orders-inventory",
    ),
    kind: "topic",
  },
  warehouseTopic: {
    ...text(
      "warehouse-topic",
      "ORDERS_WAREHOUSE_TOPIC",
      "topic of what is to be picked",
      "orders-warehouse",
    ),
    kind: "topic",
  },
  stockTopic: {
    ...text(
      "stock-topic",
      "ORDERS_STOCK_TOPIC",
      "topic of what happens to the products' stock",
      "stock",
    ),
    kind: "topic",
  },
  analyticsGroup: {
    ...text(
      "analytics-group",
      "ORDERS_ANALYTICS_GROUP",
      "Kafka consumer group of the analytics",
      "order-analytics",
    ),
    kind: "group",
  },
  databaseUrl: {
    ...text(
      "database-url",
      "DATABASE_URL",
      "PostgreSQL URL (or DB_HOST, DB_PORT, DB_USER, DB_PASSWORD, DB_NAME, DB_SSLMODE, DB_SSLROOTCERT)",
    ),
    kind: "database-url",
    secret: true,
  },
  apiUrl: {
    ...text(
      "api-url",
      "ORDERS_API_URL",
      "base URL of the producer API; of several processes, separated by commas, the gateway asks all and others the first",
    ),
    kind: "http-urls",
  },
  shopUrl: {
    ...text("shop-url", "ORDERS_SHOP_URL", "base URL of the shop, or several, separated by commas"),
    kind: "http-urls",
  },
  gatewayUrl: {
    ...text("gateway-url", "ORDERS_GATEWAY_URL", "base URL of the gateway"),
    kind: "http-urls",
  },
  // Of a stack that `orders up` starts on this machine.
  kafkaAuth: {
    name: "kafka-auth",
    env: "ORDERS_KAFKA_AUTH",
    kind: "choice",
    choices: kafkaAuths,
    default: "sasl",
    summary:
      "local engine: Kafka asks for a login with a generated password, or for none; a stack that exists stays as it was made unless told",
  },
  // Kafka security. `orders up` fills it in for commands run beside a stack whose Kafka asks for a login.
  kafkaTls: flag("kafka-tls", "KAFKA_TLS", "connect to Kafka over TLS"),
  kafkaCaFile: {
    ...text(
      "kafka-ca-file",
      "KAFKA_CA_FILE",
      "PEM file of the authority that signed the brokers' certificates",
    ),
    kind: "file",
  },
  kafkaSaslMechanism: {
    name: "kafka-sasl-mechanism",
    env: "KAFKA_SASL_MECHANISM",
    kind: "choice",
    choices: saslMechanisms,
    summary: "SASL mechanism",
  },
  kafkaSaslUsername: text("kafka-sasl-username", "KAFKA_SASL_USERNAME", "SASL user name"),
  // The environment or the config file only: a flag would show the password in `ps`.
  kafkaSaslPassword: {
    ...text("kafka-sasl-password", "KAFKA_SASL_PASSWORD", "SASL password"),
    secret: true,
  },
  // Publishing.
  compression: {
    name: "compression",
    env: "KAFKA_COMPRESSION",
    kind: "choice",
    choices: compressions,
    default: "none",
    summary: "compression of published batches",
  },
  publishBatch: integer(
    "publish-batch",
    "ORDERS_PUBLISH_BATCH",
    "most messages in one produce request",
    10_000,
    1,
    100_000,
  ),
  maxMessageBytes: integer(
    "max-message-bytes",
    "KAFKA_MAX_MESSAGE_BYTES",
    "most bytes one partition gets in one produce request (the broker's message.max.bytes)",
    1_000_000,
    1_024,
    100_000_000,
  ),
  publishTimeoutMs: integer(
    "publish-timeout-ms",
    "ORDERS_PUBLISH_TIMEOUT_MS",
    "how long an order may wait for Kafka's acknowledgement",
    10_000,
    100,
    600_000,
  ),
  publishQueue: integer(
    "publish-queue",
    "ORDERS_PUBLISH_QUEUE",
    "most orders waiting to be published; beyond it the API answers 503",
    100_000,
    1,
    10_000_000,
  ),
  // Network.
  connectTimeoutMs: integer(
    "connect-timeout-ms",
    "ORDERS_CONNECT_TIMEOUT_MS",
    "longest wait for a connection to Kafka or PostgreSQL",
    3_000,
    100,
    120_000,
  ),
  requestTimeoutMs: integer(
    "request-timeout-ms",
    "KAFKA_REQUEST_TIMEOUT_MS",
    "longest wait for an answer of Kafka",
    10_000,
    100,
    600_000,
  ),
  sessionTimeoutMs: integer(
    "session-timeout-ms",
    "KAFKA_SESSION_TIMEOUT_MS",
    // Kafka's own minimum: an instance that was killed is replaced, and the lag falls again, within
    // ten seconds. Heartbeats come more often than every second, also while transactions wait; one
    // that is expelled all the same is fenced and only has to join again.
    "a consumer silent for this long loses its partitions",
    6_000,
    6_000,
    1_800_000,
  ),
  // Consuming. Small fetches keep a draining consumer below 300 MB, and cost no throughput: the next
  // one is under way while transactions run.
  fetchBytes: integer(
    "fetch-bytes",
    "KAFKA_FETCH_BYTES",
    "most bytes in one fetch",
    2_097_152,
    1_024,
    1_000_000_000,
  ),
  fetchPartitionBytes: integer(
    "fetch-partition-bytes",
    "KAFKA_FETCH_PARTITION_BYTES",
    "most bytes of one partition in one fetch",
    131_072,
    1_024,
    1_000_000_000,
  ),
  // A batch of the broker's default size, 1 MiB, comes to 64 MiB only if it is made for that.
  expandedBatchBytes: integer(
    "expanded-batch-bytes",
    "KAFKA_EXPANDED_BATCH_BYTES",
    "most bytes that one compressed batch may become; beyond it is undecodable",
    67_108_864,
    65_536,
    1_073_741_824,
  ),
  // Measured on two cores: with fewer the CPUs wait, with more they get in each other's way.
  workers: integer("workers", "ORDERS_WORKERS", "transactions in flight in a process", 3, 1, 100),
  batch: integer("batch", "ORDERS_BATCH", "most messages in one transaction", 3_000, 1, 100_000),
  strategy: {
    name: "strategy",
    env: "ORDERS_STRATEGY",
    kind: "choice",
    choices: strategyNames,
    default: "batch",
    summary: "how concurrent reservations are kept apart",
  },
  kafkaClient: {
    name: "kafka-client",
    env: "ORDERS_KAFKA_CLIENT",
    kind: "choice",
    choices: kafkaClients,
    default: "kafkajs",
    summary: "what reads the orders' topic; platformatic is experimental, for Kafka 3.1 and newer",
  },
  // PostgreSQL.
  poolSize: integer(
    "pool-size",
    "ORDERS_POOL_SIZE",
    "most PostgreSQL connections of a process (a consumer has workers + 2 at least)",
    10,
    1,
    1_000,
  ),
  statementTimeoutMs: integer(
    "statement-timeout-ms",
    "ORDERS_STATEMENT_TIMEOUT_MS",
    "longest run of one SQL statement",
    30_000,
    10,
    3_600_000,
  ),
  lockTimeoutMs: integer(
    "lock-timeout-ms",
    "ORDERS_LOCK_TIMEOUT_MS",
    "longest wait for a row lock",
    10_000,
    10,
    3_600_000,
  ),
} as const satisfies Record<string, SettingSpec>;

export type SettingKey = keyof typeof settingSpecs;

/** How to reach brokers that are not plain. */
export const kafkaSecurityKeys = [
  "kafkaTls",
  "kafkaCaFile",
  "kafkaSaslMechanism",
  "kafkaSaslUsername",
  "kafkaSaslPassword",
] as const satisfies readonly SettingKey[];

type KindOf<K extends SettingKey> = (typeof settingSpecs)[K]["kind"];
type ValueOf<K extends SettingKey> = K extends "compression"
  ? Compression
  : K extends "strategy"
    ? StrategyName
    : K extends "kafkaSaslMechanism"
      ? SaslMechanism
      : K extends "kafkaAuth"
        ? KafkaAuth
        : K extends "kafkaClient"
          ? KafkaClient
          : KindOf<K> extends "integer"
            ? number
            : KindOf<K> extends "boolean"
              ? boolean
              : string;

type HasDefault<K extends SettingKey> = (typeof settingSpecs)[K] extends { default: unknown }
  ? true
  : false;

/** Settings without a default are undefined until something gives them. */
export type Settings = {
  readonly [K in SettingKey]: HasDefault<K> extends true ? ValueOf<K> : ValueOf<K> | undefined;
};

function text<N extends string>(
  name: N,
  env: string,
  summary: string,
): { name: N; env: string; kind: "text"; summary: string };
function text<N extends string>(
  name: N,
  env: string,
  summary: string,
  fallback: string,
): { name: N; env: string; kind: "text"; summary: string; default: string };
function text(name: string, env: string, summary: string, fallback?: string) {
  const spec = { name, env, kind: "text", summary } as const;
  return fallback === undefined ? spec : { ...spec, default: fallback };
}

function integer(
  name: string,
  env: string,
  summary: string,
  fallback: number,
  min: number,
  max: number,
) {
  return { name, env, kind: "integer", summary, default: fallback, min, max } as const;
}

function flag(name: string, env: string, summary: string) {
  return { name, env, kind: "boolean", summary, default: false } as const;
}
