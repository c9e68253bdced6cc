import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import kafkajs from "kafkajs";
import { createKafka } from "../../../src/runtime/kafka/kafka-client.ts";
import { ensureTopics, pipelineTopics } from "../../../src/runtime/kafka/topics.ts";
import { withAdmin } from "../../../src/runtime/kafka/with-admin.ts";
import { kafkaJars } from "../../../src/runtime/stack/engines/local/kafka-jars.ts";
import { findFreePort } from "../../../src/runtime/stack/processes/free-port.ts";
import { eventually, testSettings } from "../../integration/services.ts";
import type { Certificate } from "./certificates.ts";

const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;

const listeners = ["inner", "secure", "plain", "expired"] as const;
type Listener = (typeof listeners)[number];

/**
 * One broker that takes logins over TLS (`secure`), with a certificate that has expired (`expired`),
 * without TLS (`plain`), and, for the test itself, everybody (`inner`). Rules (ACLs) are in force.
 * `app` may use the pipeline's topics and group, `guest` may only log in.
 */
export class SecuredKafka {
  readonly passwords = {
    app: randomBytes(12).toString("hex"),
    guest: randomBytes(12).toString("hex"),
  };
  readonly #directory = mkdtempSync(join(tmpdir(), "orders-secured-kafka-"));
  readonly #ports = new Map<Listener, number>();
  #broker: ChildProcess | undefined;

  static async start(good: Certificate, expired: Certificate): Promise<SecuredKafka> {
    const kafka = new SecuredKafka();
    for (const listener of listeners) kafka.#ports.set(listener, await findFreePort());
    const controller = await findFreePort();
    const { classpath } = await kafkaJars(AbortSignal.timeout(300_000), () => {});
    kafka.#write("good.pem", `${good.key}${good.certificate}`);
    kafka.#write("expired.pem", `${expired.key}${expired.certificate}`);
    kafka.#write("server.properties", kafka.#properties(controller));
    const java = (...args: readonly string[]) => [
      "-Xmx256m",
      "-XX:TieredStopAtLevel=1",
      "-cp",
      classpath,
      ...args,
    ];
    const scram = Object.entries(kafka.passwords).flatMap(([name, password]) =>
      ["256", "512"].flatMap((bits) => [
        "-S",
        `SCRAM-SHA-${bits}=[name=${name},password=${password}]`,
      ]),
    );
    const id = `a${randomBytes(16).toString("base64url").slice(1)}`;
    const format = ["kafka.tools.StorageTool", "format", "-t", id, "-c", "server.properties"];
    const cwd = kafka.#directory;
    execFileSync("java", java(...format, ...scram), { cwd, stdio: "ignore" });
    kafka.#broker = spawn("java", java("kafka.Kafka", "server.properties"), {
      cwd,
      stdio: "ignore",
    });
    await eventually(() => kafka.#answers(), "the broker answers", 60_000);
    return kafka;
  }

  address(listener: Listener, host = "localhost"): string {
    return `${host}:${this.#ports.get(listener)}`;
  }

  /** The topics, and what `app` may do. */
  async prepare(group: string): Promise<void> {
    const kafka = this.#client();
    await ensureTopics(
      kafka,
      pipelineTopics.map((topic) => ({ ...topic, partitions: 3 })),
    );
    const allow = (resourceType: number, resourceName: string, operation: number) => ({
      ...{ resourceType, resourceName, operation },
      resourcePatternType: ResourcePatternTypes.PREFIXED,
      principal: "User:app",
      host: "*",
      permissionType: AclPermissionTypes.ALLOW,
    });
    await withAdmin(kafka, (admin) =>
      admin.createAcls({
        acl: [
          allow(AclResourceTypes.TOPIC, "orders-", AclOperationTypes.READ),
          allow(AclResourceTypes.TOPIC, "orders-", AclOperationTypes.WRITE),
          allow(AclResourceTypes.TOPIC, "orders-", AclOperationTypes.DESCRIBE_CONFIGS),
          allow(AclResourceTypes.GROUP, group, AclOperationTypes.READ),
        ],
      }),
    );
  }

  async remove(): Promise<void> {
    const broker = this.#broker;
    if (broker !== undefined && broker.exitCode === null) {
      const gone = new Promise((resolve) => broker.once("exit", resolve));
      broker.kill("SIGKILL");
      await gone;
    }
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #write(name: string, text: string): void {
    writeFileSync(join(this.#directory, name), text, { mode: 0o600 });
  }

  #properties(controller: number): string {
    const places = listeners.map(
      (name) => `${name.toUpperCase()}://127.0.0.1:${this.#ports.get(name)}`,
    );
    const advertised = listeners.map((name) => `${name.toUpperCase()}://${this.address(name)}`);
    const { app, guest } = this.passwords;
    const plainLogin = `org.apache.kafka.common.security.plain.PlainLoginModule required user_app="${app}" user_guest="${guest}";`;
    const scramLogin = "org.apache.kafka.common.security.scram.ScramLoginModule required;";
    const logins = (["secure", "plain", "expired"] as const).flatMap((name) => [
      `listener.name.${name}.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512`,
      `listener.name.${name}.plain.sasl.jaas.config=${plainLogin}`,
      `listener.name.${name}.scram-sha-256.sasl.jaas.config=${scramLogin}`,
      `listener.name.${name}.scram-sha-512.sasl.jaas.config=${scramLogin}`,
    ]);
    const certificates = (["secure", "expired"] as const).flatMap((name) => [
      `listener.name.${name}.ssl.keystore.type=PEM`,
      `listener.name.${name}.ssl.keystore.location=${name === "secure" ? "good" : "expired"}.pem`,
    ]);
    return [
      ...["process.roles=broker,controller", "node.id=1"],
      `controller.quorum.voters=1@127.0.0.1:${controller}`,
      "controller.listener.names=CONTROLLER",
      `listeners=${[...places, `CONTROLLER://127.0.0.1:${controller}`].join(",")}`,
      `advertised.listeners=${advertised.join(",")}`,
      "listener.security.protocol.map=CONTROLLER:PLAINTEXT,INNER:PLAINTEXT,SECURE:SASL_SSL,PLAIN:SASL_PLAINTEXT,EXPIRED:SASL_SSL",
      "inter.broker.listener.name=INNER",
      "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer",
      "super.users=User:ANONYMOUS",
      ...logins,
      ...certificates,
      "log.dirs=data",
      ...["offsets.topic.replication.factor=1", "offsets.topic.num.partitions=1"],
      ...["group.initial.rebalance.delay.ms=0", "auto.create.topics.enable=false"],
    ].join("\n");
  }

  #client() {
    return createKafka(testSettings({ brokers: this.address("inner") }), "orders-test");
  }

  async #answers(): Promise<boolean> {
    return withAdmin(this.#client(), async (admin) => {
      await admin.describeGroups(["orders-secured-probe"]);
      return true;
    }).catch(() => false);
  }
}
