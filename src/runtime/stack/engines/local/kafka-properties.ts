import type { KafkaLogin } from "./kafka-login.ts";

export interface BrokerPlace {
  readonly dataDirectory: string;
  readonly port: number;
  readonly controllerPort: number;
  /** undefined: every user of this machine may do everything. */
  readonly login: KafkaLogin | undefined;
}

/** Pure: server.properties of one broker that is its own controller. Holds passwords: 0600. */
export function kafkaProperties(place: BrokerPlace): string {
  const { dataDirectory, port, controllerPort, login } = place;
  const listener = login === undefined ? "PLAINTEXT" : "LOGIN";
  return `# Written by \`orders up\` at every start: changes here are lost.
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controllerPort}
controller.listener.names=CONTROLLER
# Loopback only.
listeners=${listener}://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}
advertised.listeners=${listener}://127.0.0.1:${port}
${login === undefined ? "" : loginProperties(login)}log.dirs=${propertyValue(dataDirectory)}
# A topic with a mistyped name should be an error, not a new topic.
auto.create.topics.enable=false
# One broker can hold one replica of anything.
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
# Few groups and few transactions: 50 partitions each would only slow the start.
offsets.topic.num.partitions=5
transaction.state.log.num.partitions=5
share.coordinator.state.topic.num.partitions=5
# A group of one or two members need not wait three seconds for more.
group.initial.rebalance.delay.ms=0
# A consumer killed with -9 is replaced after its session timeout: 6 s is the least allowed.
group.min.session.timeout.ms=6000
# After kill -9 the controller keeps the dead broker's registration until its session ends, and the
# restarted one cannot join before: 9 s by default, measured 10 s of waiting.
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=1000
# A week of orders, as Kafka's own default; segments small enough for retention to act on them.
log.retention.hours=168
log.segment.bytes=268435456
# The cleaner's default of 128 MB would be a quarter of the heap; only the offsets are compacted.
log.cleaner.dedupe.buffer.size=16777216
# After a kill the logs are checked one by one: use the cores there are.
num.recovery.threads.per.data.dir=4
`;
}

/**
 * Both listeners: who speaks to the controller can write whatever the broker can. Clients have PLAIN
 * besides SCRAM, since librdkafka before 2.8 (Debian's kcat) fails at SCRAM with Kafka from 3.7.2 on;
 * among themselves broker and controller use it, too: the controller takes no other.
 */
function loginProperties({
  mechanism,
  username,
  password,
  controllerPassword,
}: KafkaLogin): string {
  const clients = `listener.name.login`;
  const own = `username="${username}" password="${password}"`;
  const isScram = mechanism !== "plain";
  const scram = `${clients}.${mechanism}.sasl.jaas.config=${loginModules.scram} required ${own};\n`;
  const controllers = `username="controller" password="${controllerPassword}" user_controller="${controllerPassword}"`;
  return `listener.security.protocol.map=LOGIN:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT
inter.broker.listener.name=LOGIN
sasl.mechanism.inter.broker.protocol=PLAIN
sasl.mechanism.controller.protocol=PLAIN
${clients}.sasl.enabled.mechanisms=PLAIN${isScram ? `,${mechanism.toUpperCase()}` : ""}
${clients}.plain.sasl.jaas.config=${loginModules.plain} required ${own} user_${username}="${password}";
${isScram ? scram : ""}listener.name.controller.sasl.enabled.mechanisms=PLAIN
listener.name.controller.plain.sasl.jaas.config=${loginModules.plain} required ${controllers};
`;
}

const security = "org.apache.kafka.common.security";
const loginModules = {
  plain: `${security}.plain.PlainLoginModule`,
  scram: `${security}.scram.ScramLoginModule`,
} as const;

/** Pure: Java reads property files as Latin-1, with the backslash as escape. */
function propertyValue(text: string): string {
  const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return text.replaceAll("\\", "\\\\").replace(/[^ -~]/g, escaped);
}
