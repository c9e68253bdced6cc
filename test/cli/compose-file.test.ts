import { execa } from "execa";
import { beforeAll, describe, expect, it } from "vitest";
import { shippedFile } from "../../src/runtime/settings/shipped-file.ts";

const file = shippedFile("compose/docker-compose.yml");
const programs = [["docker", "compose"], ["docker-compose"]] as const;

/** The first of Docker's two compose programs that is here; neither needs a daemon to check a file. */
async function findCompose(): Promise<readonly string[] | undefined> {
  for (const program of programs) {
    const [name, ...args] = program;
    const { exitCode } = await execa(name, [...args, "version"], {
      reject: false,
      timeout: 20_000,
    });
    if (exitCode === 0) return program;
  }
  return undefined;
}

const compose = await findCompose();

async function config(
  environment: Readonly<Record<string, string>> = {},
  flags: readonly string[] = [],
) {
  const [name = "", ...args] = compose ?? [];
  return execa(name, [...args, "-f", file, ...flags, "config"], {
    env: environment,
    reject: false,
    timeout: 30_000,
  });
}

describe.skipIf(compose === undefined)("compose/docker-compose.yml", () => {
  let text: string;
  beforeAll(async () => {
    const { exitCode, stdout, stderr } = await config();
    expect(stderr).toBe("");
    expect(exitCode).toBe(0);
    text = stdout;
  });

  it("is accepted, with every service that documents name", () => {
    const services = ["kafka", "postgres", "init", "producer", "consumer", "kafka-ui"];
    for (const service of services) expect(text).toMatch(new RegExp(`^ {2}${service}:$`, "m"));
    expect(text).toContain("container_name: kafka");
    expect(text).toContain("container_name: postgres");
  });

  it("adds the shop with its profile, and without it nothing of it", async () => {
    const { stdout, exitCode } = await config({}, ["--profile", "shop"]);
    expect(exitCode).toBe(0);
    for (const service of ["init-shop", "gateway", "shop", "relay", "analytics"]) {
      expect(stdout).toMatch(new RegExp(`^ {2}${service}:$`, "m"));
      expect(text).not.toMatch(new RegExp(`^ {2}${service}:$`, "m"));
    }
    expect(stdout).not.toContain("0.0.0.0:");
  });

  it("publishes ports on this machine only", () => {
    const ports = [...text.matchAll(/127\.0\.0\.1:[\d-]+:\d+|host_ip: (\S+)|published: (\S+)/g)];
    expect(ports.length).toBeGreaterThanOrEqual(4);
    for (const [, address] of ports) if (address) expect(address).toBe("127.0.0.1");
    expect(text).not.toContain("0.0.0.0:");
  });

  it("takes what the Docker engine gives it", async () => {
    const { stdout } = await config({
      KAFKA_PORT: "20001",
      POSTGRES_PORT: "20002",
      POSTGRES_PASSWORD: "p-w_1",
      KAFKA_CONTAINER: "orders-ci-kafka",
      POSTGRES_CONTAINER: "orders-ci-postgres",
      KAFKA_CLUSTER_ID: "AAAAAAAAAAAAAAAAAAAAAA",
    });
    for (const given of [
      "HOST://localhost:20001",
      "20002",
      "POSTGRES_PASSWORD: p-w_1",
      "container_name: orders-ci-kafka",
      "container_name: orders-ci-postgres",
      "CLUSTER_ID: AAAAAAAAAAAAAAAAAAAAAA",
    ]) {
      expect(stdout).toContain(given);
    }
  });

  it("takes every image from where its user says, pinned by digest for one", async () => {
    const digest = `@sha256:${"a".repeat(64)}`;
    const images = {
      ORDERS_KAFKA_IMAGE: `mirror.example/kafka:4.3.0${digest}`,
      ORDERS_POSTGRES_IMAGE: `mirror.example/postgres:18${digest}`,
      ORDERS_NODE_IMAGE: `mirror.example/node:22-slim${digest}`,
    };
    const { stdout } = await config(images);
    for (const image of Object.values(images)) expect(stdout).toContain(image);
  });
});
