import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createKafka, type KafkaOptions } from "../../../src/runtime/kafka/kafka-client.ts";
import { ensureTopics } from "../../../src/runtime/kafka/topics.ts";
import { kafkaJars } from "../../../src/runtime/stack/engines/local/kafka-jars.ts";
import { eventually, testSettings } from "../services.ts";

/** A listener beside the plain one: what clients of it are told to connect to, and its settings. */
export interface Listener {
  readonly name: string;
  readonly protocol: "PLAINTEXT" | "SASL_PLAINTEXT";
  readonly port: number;
  /** Of a proxy in front of it; the listener's own by default. */
  readonly advertisedPort?: number;
  readonly properties?: readonly string[];
}

/** A broker of the test's own, to be stopped, killed and frozen: the shared one serves other tests. */
export class OwnKafka {
  readonly brokers: string;
  readonly #directory = mkdtempSync(join(tmpdir(), "orders-kafka-"));
  readonly #classpath: string;
  #broker: ChildProcess | undefined;

  private constructor(
    classpath: string,
    port: number,
    controllerPort: number,
    more: readonly Listener[],
  ) {
    this.#classpath = classpath;
    this.brokers = `127.0.0.1:${port}`;
    const listeners = [
      `PLAINTEXT://127.0.0.1:${port}`,
      `CONTROLLER://127.0.0.1:${controllerPort}`,
      ...more.map((listener) => `${listener.name}://127.0.0.1:${listener.port}`),
    ];
    const advertised = more.map(
      (listener) => `${listener.name}://127.0.0.1:${listener.advertisedPort ?? listener.port}`,
    );
    const protocols = more.map((listener) => `${listener.name}:${listener.protocol}`);
    writeFileSync(
      this.#properties,
      [
        "process.roles=broker,controller",
        "node.id=1",
        `controller.quorum.voters=1@127.0.0.1:${controllerPort}`,
        `listeners=${listeners.join(",")}`,
        `advertised.listeners=${[`PLAINTEXT://${this.brokers}`, ...advertised].join(",")}`,
        `listener.security.protocol.map=${["PLAINTEXT:PLAINTEXT", "CONTROLLER:PLAINTEXT", ...protocols].join(",")}`,
        ...more.flatMap(({ properties = [] }) => properties),
        "controller.listener.names=CONTROLLER",
        `log.dirs=${join(this.#directory, "data")}`,
        "offsets.topic.replication.factor=1",
        "offsets.topic.num.partitions=1",
        "group.initial.rebalance.delay.ms=0",
        "auto.create.topics.enable=false",
        // A killed broker may come back as soon as its session is over.
        "broker.session.timeout.ms=2000",
        "broker.heartbeat.interval.ms=500",
      ].join("\n"),
    );
    // Its tools take an id that begins with - for an option.
    const bytes = randomBytes(16);
    bytes[0] = 0;
    const id = bytes.toString("base64url");
    const format = ["kafka.tools.StorageTool", "format", "-t", id, "-c", this.#properties];
    execFileSync("java", ["-cp", this.#classpath, ...format], { stdio: "ignore" });
  }

  /** @param more listeners, given a free port for each. */
  static async start(
    more: (ports: readonly [number, number]) => readonly Listener[] = () => [],
  ): Promise<OwnKafka> {
    const { classpath } = await kafkaJars(AbortSignal.timeout(300_000), () => {});
    const free = [await freePort(), await freePort(), await freePort(), await freePort()] as const;
    const listeners = more([free[2], free[3]]);
    const kafka = new OwnKafka(classpath, free[0], free[1], listeners);
    try {
      await kafka.start();
    } catch (error) {
      await kafka.remove();
      throw error;
    }
    return kafka;
  }

  async start(): Promise<void> {
    const args = ["-Xmx256m", "-XX:TieredStopAtLevel=1", "-cp", this.#classpath];
    this.#broker = spawn("java", [...args, "kafka.Kafka", this.#properties], { stdio: "ignore" });
    await eventually(() => this.#answers(), "the broker answers", 60_000);
  }

  /** SIGTERM or SIGKILL, and gone; SIGSTOP and SIGCONT return at once. */
  async signal(signal: "SIGTERM" | "SIGKILL" | "SIGSTOP" | "SIGCONT"): Promise<void> {
    const broker = this.#broker;
    if (broker === undefined || broker.exitCode !== null || broker.signalCode !== null) return;
    const gone = new Promise((resolve) => broker.once("exit", resolve));
    broker.kill(signal);
    if (signal === "SIGTERM" || signal === "SIGKILL") await gone;
  }

  async createTopic(
    topic: string,
    partitions: number,
    configEntries: { name: string; value: string }[] = [],
  ): Promise<void> {
    await ensureTopics(this.client(), [{ topic, partitions, configEntries }]);
  }

  client(options: KafkaOptions = {}) {
    const settings = testSettings({ brokers: this.brokers });
    return createKafka(settings, "orders-test", undefined, options);
  }

  async remove(): Promise<void> {
    await this.signal("SIGKILL");
    rmSync(this.#directory, { recursive: true, force: true, maxRetries: 10 });
  }

  get #properties(): string {
    return join(this.#directory, "server.properties");
  }

  async #answers(): Promise<boolean> {
    const admin = this.client().admin({ retry: { retries: 0 } });
    try {
      await admin.connect();
      return (await admin.describeCluster()).brokers.length === 1;
    } catch {
      return false;
    } finally {
      await admin.disconnect();
    }
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
