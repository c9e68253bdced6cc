import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { planPort } from "../../../../../src/runtime/stack/engines/docker/choose-ports.ts";
import {
  containersCall,
  createCall,
  logsCall,
  startCall,
  stopCall,
} from "../../../../../src/runtime/stack/engines/docker/compose-call.ts";
import { containerStatus } from "../../../../../src/runtime/stack/engines/docker/container-status.ts";
import { newSecrets } from "../../../../../src/runtime/stack/engines/docker/docker-record.ts";
import { lastLines } from "../../../../../src/runtime/stack/engines/docker/run-docker.ts";
import { kafka as kafkaService } from "../../../../../src/runtime/stack/services/kafka.ts";
import { engineServices } from "../../../../../src/runtime/stack/services/service.ts";
import { services } from "../../../../../src/runtime/stack/services/services.ts";

const infra = engineServices(services);
const record = {
  ports: { kafka: 9092, postgres: 5432 },
  password: "s3cret",
  clusterId: "AAAAAAAAAAAAAAAAAAAAAA",
};

describe("calls of docker compose", () => {
  const calls = [
    createCall("ci", infra, record),
    startCall("ci", infra, record, 90_500),
    stopCall("ci", infra, record, { graceMs: 5_000, removeData: false }),
    logsCall("ci", infra, record, { service: "kafka", lines: 50, follow: true }),
  ];

  it("name the project, and the file that is shipped", () => {
    for (const { args } of calls) {
      expect(args.slice(0, 4)).toEqual(["compose", "-p", "orders-ci", "-f"]);
      expect(existsSync(args[4] ?? "")).toBe(true);
    }
  });

  it("name every service that an engine brings, and none that is a process of ours", () => {
    const standby = { ...kafkaService, name: "standby" };
    const more = engineServices([...services, standby]);
    expect(createCall("ci", more, record).args.slice(-3)).toEqual(["kafka", "postgres", "standby"]);
    expect(startCall("ci", more, record, 1_000).args.slice(-3)).toEqual([
      "kafka",
      "postgres",
      "standby",
    ]);
  });

  it("carry the password in the environment, never in the arguments", () => {
    for (const { args, environment } of calls) {
      expect(args.join(" ")).not.toContain("s3cret");
      expect(environment.POSTGRES_PASSWORD).toBe("s3cret");
    }
  });

  it("give every stack containers of its own; the default one those that documents name", () => {
    expect(startCall("ci", infra, record, 1).environment).toMatchObject({
      KAFKA_CONTAINER: "orders-ci-kafka",
      POSTGRES_CONTAINER: "orders-ci-postgres",
      KAFKA_PORT: "9092",
      POSTGRES_PORT: "5432",
      KAFKA_CLUSTER_ID: record.clusterId,
    });
    expect(startCall("default", infra, record, 1).environment).toMatchObject({
      KAFKA_CONTAINER: "kafka",
      POSTGRES_CONTAINER: "postgres",
    });
  });

  it("make first, which may download, then start and wait within the bound", () => {
    expect(calls[0]?.args.slice(5)).toEqual([
      ...["up", "--no-start", "--quiet-pull", "kafka", "postgres"],
    ]);
    expect(calls[1]?.args.slice(5)).toEqual([
      ...["up", "-d", "--no-recreate", "--wait", "--wait-timeout", "91", "kafka", "postgres"],
    ]);
  });

  it.each([
    [{}, ["down", "--timeout", "5"]],
    [{ removeData: true }, ["down", "--timeout", "5", "--volumes"]],
    [{ services: ["kafka" as const] }, ["stop", "--timeout", "5", "kafka"]],
  ])("stop %j", (change, expected) => {
    const spec = { graceMs: 4_200, removeData: false, ...change };
    expect(stopCall("ci", infra, record, spec).args.slice(5)).toEqual(expected);
  });

  it("read logs, following or not", () => {
    expect(calls[3]?.args.slice(5)).toEqual([
      ...["logs", "--no-color", "--no-log-prefix", "--tail", "50", "--follow", "kafka"],
    ]);
  });

  it("find the containers of exactly this stack", () => {
    expect(containersCall("ci").args).toContain("label=com.docker.compose.project=orders-ci");
  });
});

function inspected(service: string, state: object, more: object = {}) {
  return {
    RestartCount: 0,
    Config: { Labels: { "com.docker.compose.service": service } },
    State: { Status: "running", ExitCode: 0, StartedAt: "2026-01-02T03:04:05.678Z", ...state },
    HostConfig: { PortBindings: {} },
    ...more,
  };
}

function kafka(state: object, more: object = {}) {
  return containerStatus(infra, JSON.stringify([inspected("kafka", state, more)]))[0];
}

describe("containerStatus", () => {
  it("knows both services, whether there are containers or not", () => {
    for (const output of ["", "\n", "[]"]) {
      expect(containerStatus(infra, output)).toEqual([
        { service: "kafka", state: "stopped", restarts: 0 },
        { service: "postgres", state: "stopped", restarts: 0 },
      ]);
    }
  });

  it("reads port, start and restarts; other services of the project are not its business", () => {
    const postgres = inspected(
      "postgres",
      { Health: { Status: "healthy" } },
      {
        RestartCount: 2,
        HostConfig: { PortBindings: { "5432/tcp": [{ HostIp: "127.0.0.1", HostPort: "15432" }] } },
      },
    );
    const output = JSON.stringify([inspected("kafka-ui", {}), postgres]);
    expect(containerStatus(infra, output)[1]).toEqual({
      service: "postgres",
      state: "running",
      port: 15432,
      startedAtMs: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
      restarts: 2,
      reason: undefined,
    });
  });

  it.each([
    [{ Health: { Status: "healthy" } }, "running", undefined],
    [{}, "running", undefined],
    [{ Health: { Status: "starting" } }, "starting", undefined],
    [{ Health: { Status: "unhealthy" } }, "starting", "its health check fails"],
    [{ Status: "restarting", ExitCode: 1 }, "restarting", "exit code 1"],
    [{ Status: "created" }, "stopped", undefined],
    [{ Status: "paused" }, "stopped", "it is paused"],
    [{ Status: "exited", ExitCode: 0 }, "stopped", undefined],
    [{ Status: "exited", ExitCode: 143 }, "stopped", undefined],
    [{ Status: "exited", ExitCode: 1 }, "failed", "exit code 1"],
    [
      { Status: "exited", ExitCode: 137, OOMKilled: true },
      "failed",
      "it needed more memory than there was",
    ],
    [{ Status: "exited", ExitCode: 128, Error: "port taken" }, "failed", "port taken"],
    [{ Status: "dead", ExitCode: 2 }, "failed", "exit code 2"],
  ])("%j is %s (%s)", (state, expected, reason) => {
    expect(kafka(state)).toMatchObject({ state: expected });
    expect(kafka(state)?.reason).toBe(reason);
  });

  it("survives what it does not know", () => {
    expect(
      containerStatus(infra, '[{"Config":{"Labels":{"com.docker.compose.service":"kafka"}}}]')[0],
    ).toMatchObject({
      state: "stopped",
    });
  });
});

describe("planPort", () => {
  const up = { service: "kafka", state: "running", port: 9999, restarts: 0 } as const;
  const down = { service: "kafka", state: "stopped", restarts: 0 } as const;
  const recorded = { kafka: 7777, postgres: 1 };

  it.each([
    ["running, nothing asked", undefined, up, recorded, { kind: "keep", port: 9999 }],
    ["running, any will do", 0, up, recorded, { kind: "keep", port: 9999 }],
    ["running there", 9999, up, recorded, { kind: "keep", port: 9999 }],
    ["running elsewhere", 5000, up, recorded, { kind: "take", port: 5000 }],
    ["stopped", undefined, down, recorded, { kind: "take", port: 7777 }],
    ["stopped, any will do", 0, down, recorded, { kind: "any" }],
    ["new", undefined, undefined, undefined, { kind: "take", port: 9092 }],
    ["new, asked", 5000, undefined, undefined, { kind: "take", port: 5000 }],
  ])("%s", (_, asked, status, had, expected) => {
    expect(planPort(kafkaService, asked, status, had)).toEqual(expected);
  });
});

describe("newSecrets", () => {
  it("are new each time, and fit into URLs, YAML and Kafka's tools", () => {
    const seen = new Set<string>();
    for (let n = 0; n < 200; n += 1) {
      const { password, clusterId } = newSecrets();
      expect(password).toMatch(/^[\w-]{32}$/);
      expect(clusterId).toMatch(/^\w[\w-]{21}$/);
      seen.add(password).add(clusterId);
    }
    expect(seen.size).toBe(400);
  });
});

describe("lastLines", () => {
  it("keeps the end, without blanks", () => {
    expect(lastLines("1\n2\n\n 3\n4\n5\n6\n7\n")).toBe("3\n4\n5\n6\n7");
  });
});
