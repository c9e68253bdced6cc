// node scripts/failover.js: how long nothing is reserved when the broker that leads the orders' topic
// is killed (kill -9), and when it hangs (SIGSTOP), with each Kafka client of the consumer.
//   --clients kafkajs,platformatic
//   --faults SIGKILL,SIGSTOP
//   --observe 60     seconds after the fault
//   --coordinator    that broker also coordinates the group
// For each it boots three brokers on loopback (replication 3, min.insync.replicas 2), places an order
// at a time, again until it is acknowledged, and takes the times at which consumed orders are
// committed. Needs a built checkout, and DATABASE_URL of a PostgreSQL where a database may be made.
import { execFileSync, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Producer } from "@platformatic/kafka";
import { newOrderId } from "../dist/order/order-id.js";
import { writeOrderMessage } from "../dist/order/order-message.js";
import { createKafka } from "../dist/runtime/kafka/kafka-client.js";
import { migrate, seed } from "../dist/runtime/postgres/migrate.js";
import { openDatabase } from "../dist/runtime/postgres/open-database.js";
import { resolveSettings } from "../dist/runtime/settings/resolve-settings.js";
import { kafkaJars } from "../dist/runtime/stack/engines/local/kafka-jars.js";

const { values: flags } = parseArgs({
  options: {
    clients: { type: "string", default: "kafkajs,platformatic" },
    faults: { type: "string", default: "SIGKILL,SIGSTOP" },
    observe: { type: "string", default: "60" },
    coordinator: { type: "boolean", default: false },
  },
});
const observeMs = Number(flags.observe) * 1_000;
const topic = "failover";
const program = fileURLToPath(new URL("../bin/run.js", import.meta.url));
const { classpath } = await kafkaJars(AbortSignal.timeout(300_000), () => {});
const say = (line) => process.stdout.write(`${line}\n`);

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

function bootBroker(directory, id, ports, clusterId) {
  const voters = ports.map(([, controller], index) => `${index + 1}@127.0.0.1:${controller}`);
  const [port, controller] = ports[id - 1];
  const file = join(directory, `${id}.properties`);
  writeFileSync(
    file,
    [
      "process.roles=broker,controller",
      `node.id=${id}`,
      `controller.quorum.voters=${voters.join(",")}`,
      `listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}`,
      `advertised.listeners=PLAINTEXT://127.0.0.1:${port}`,
      "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
      "controller.listener.names=CONTROLLER",
      `log.dirs=${join(directory, `data-${id}`)}`,
      "offsets.topic.replication.factor=3",
      "offsets.topic.num.partitions=1",
      "group.initial.rebalance.delay.ms=0",
      "auto.create.topics.enable=false",
    ].join("\n"),
  );
  const format = ["kafka.tools.StorageTool", "format", "-t", clusterId, "-c", file];
  execFileSync("java", ["-cp", classpath, ...format], { stdio: "ignore" });
  const args = ["-Xmx256m", "-XX:TieredStopAtLevel=1", "-cp", classpath, "kafka.Kafka", file];
  return spawn("java", args, { stdio: "ignore" });
}

async function untilDone(what, attempt) {
  for (const end = performance.now() + 120_000; ; ) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() > end) throw new Error(`in vain: ${what}`, { cause: error });
      await wait(500);
    }
  }
}

/** All of the topic's partitions on one broker, and which it is. */
async function makeTopic(brokers) {
  const kafka = createKafka(resolveSettings({ flags: { brokers } }).values, "failover");
  const admin = kafka.admin();
  const coordinator = await untilDone("a coordinator", async () => {
    await admin.connect();
    await admin.describeGroups(["failover"]);
    const { topics } = await admin.fetchTopicMetadata({ topics: ["__consumer_offsets"] });
    const { leader } = topics[0].partitions[0];
    if (leader < 1) throw new Error("no leader yet");
    return leader;
  });
  const leader = flags.coordinator ? coordinator : (coordinator % 3) + 1;
  const replicas = [leader, ...[1, 2, 3].filter((id) => id !== leader)];
  const replicaAssignment = [0, 1, 2].map((partition) => ({ partition, replicas }));
  const configEntries = [{ name: "min.insync.replicas", value: "2" }];
  await untilDone("the topic", () =>
    admin.createTopics({ topics: [{ topic, replicaAssignment, configEntries }] }),
  );
  await admin.disconnect();
  return leader;
}

/** One order after the other; with a new producer, and another broker first, after each failure. */
async function place(brokers, acknowledged, signal) {
  for (let turn = 0; !signal.aborted; turn++) {
    const bootstrapBrokers = brokers.map((_, index) => brokers[(index + turn) % brokers.length]);
    const producer = new Producer({
      ...{ clientId: "failover", bootstrapBrokers, retries: 0 },
      ...{ requestTimeout: 2_000, connectTimeout: 1_000, timeout: 1_500 },
    });
    try {
      for (let count = 0; !signal.aborted; count++) {
        const order = {
          orderId: newOrderId(),
          customerId: `CUST${count}`,
          lines: [{ productId: `PROD00${1 + (count % 9)}`, quantity: 1, amount: 1 }],
          placedAtMs: Date.now(),
        };
        const value = Buffer.from(writeOrderMessage(order, 1));
        await producer.send({
          messages: [{ topic, key: Buffer.from(order.customerId), value, partition: count % 3 }],
          acks: -1,
        });
        acknowledged.push(performance.now());
        await wait(20);
      }
    } catch {
      await wait(100);
    } finally {
      producer.close().catch(() => {});
    }
  }
}

/** The longest time without one of `times` between two points in time, in seconds. */
function longestGap(times, from, to) {
  const within = [from, ...times.filter((time) => time > from && time < to), to];
  const gaps = within.slice(1).map((time, index) => time - within[index]);
  return (Math.max(...gaps) / 1_000).toFixed(1);
}

async function measure(client, fault) {
  const directory = mkdtempSync(join(tmpdir(), "orders-failover-"));
  const name = `failover_${randomUUID().slice(0, 8)}`;
  const server = openDatabase(resolveSettings({ environment: process.env }).values, {
    applicationName: "orders failover",
  });
  await server.query({ text: `CREATE DATABASE ${name}` });
  const url = new URL(process.env.DATABASE_URL);
  url.pathname = `/${name}`;
  const settings = resolveSettings({ flags: { databaseUrl: url.href } }).values;
  const database = openDatabase(settings, { applicationName: "orders failover" });
  const children = [];
  const stop = new AbortController();
  try {
    await migrate(database);
    await seed(database);
    await database.query({
      text: "UPDATE inventory SET available_quantity = 1000000 - reserved_quantity, total_quantity = 1000000",
    });
    const ports = [];
    for (let id = 1; id <= 3; id++) ports.push([await freePort(), await freePort()]);
    const clusterId = `0${randomUUID().replaceAll("-", "").slice(0, 20)}A`;
    for (let id = 1; id <= 3; id++) children.push(bootBroker(directory, id, ports, clusterId));
    const brokers = ports.map(([port]) => `127.0.0.1:${port}`);
    const leader = await makeTopic(brokers.join(","));
    const consumer = spawn(
      process.execPath,
      [
        ...[program, "consume", "--verbose", "--kafka-client", client, "--topic", topic],
        ...["--group", "failover", "--brokers", brokers.join(","), "--database-url", url.href],
      ],
      { stdio: ["ignore", "pipe", "ignore"] },
    );
    children.push(consumer);
    const committed = [];
    consumer.stdout.on("data", (chunk) => {
      if (String(chunk).includes("✓")) committed.push(performance.now());
    });
    const acknowledged = [];
    const placing = place(brokers, acknowledged, stop.signal);
    await untilDone("the first order", () => {
      if (committed.length < 100) throw new Error("none yet");
    });
    await wait(5_000);
    const since = performance.now();
    children[leader - 1].kill(fault);
    await wait(observeMs);
    const until = performance.now();
    stop.abort();
    await placing;
    const gap = longestGap(committed, since, until);
    const went = committed.some((time) => time > until - 1_000) ? "" : " (and nothing at the end)";
    say(
      `${client} ${fault}: longest gap without a committed order ${gap} s${went}; without an acknowledged one ${longestGap(acknowledged, since, until)} s`,
    );
  } finally {
    stop.abort();
    for (const child of children) child.kill("SIGKILL");
    await database.close();
    await server.query({ text: `DROP DATABASE ${name} WITH (FORCE)` });
    await server.close();
    rmSync(directory, { recursive: true, force: true, maxRetries: 10 });
  }
}

for (const fault of flags.faults.split(","))
  for (const client of flags.clients.split(",")) await measure(client, fault);
