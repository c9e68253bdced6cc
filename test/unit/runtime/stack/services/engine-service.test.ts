import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { portFlags, portsAsked } from "../../../../../src/cli/port-flags.ts";
import { shippedFile } from "../../../../../src/runtime/settings/shipped-file.ts";
import { bootSteps } from "../../../../../src/runtime/stack/boot-steps.ts";
import {
  createCall,
  startCall,
} from "../../../../../src/runtime/stack/engines/docker/compose-call.ts";
import { containerStatus } from "../../../../../src/runtime/stack/engines/docker/container-status.ts";
import type { EngineService } from "../../../../../src/runtime/stack/services/service.ts";
import { engineServices } from "../../../../../src/runtime/stack/services/service.ts";
import { services as allServices } from "../../../../../src/runtime/stack/services/services.ts";

const cache: EngineService = {
  name: "cache",
  title: "Cache",
  stage: "engine",
  port: { default: 6379, flag: "cache-port" },
  steps: [{ step: "warmth", title: "Warmth" }],
  startLocally: async () => ({}),
  container: {
    port: "6379/tcp",
    environment: ({ password }) => ({ CACHE_PASSWORD: password }),
    endpoints: () => ({}),
  },
  prepare: async () => {},
};
const services = [...allServices, cache];

describe("a service of the engine that one object describes", () => {
  it("has its steps in a boot, infrastructure first", () => {
    const names = (onlyInfra: boolean) =>
      bootSteps(services, { onlyInfra }).map(({ step }) => step);
    const infra = ["kafka", "postgres", "cache", "topics", "database", "warmth"];
    expect(names(true)).toEqual(infra);
    expect(names(false)).toEqual([...infra, "api", "consumer"]);
  });

  it("has a flag for its port", () => {
    expect(Object.keys(portFlags(services))).toEqual([
      ...["port", "kafka-port", "postgres-port", "cache-port"],
    ]);
    expect(portsAsked(services, { "cache-port": 1, port: 2 })).toMatchObject({ cache: 1, api: 2 });
  });

  it("is handed to Docker", () => {
    const record = {
      ports: { kafka: 1, postgres: 2, cache: 3 },
      ...{ password: "p", clusterId: "c" },
    };
    const infra = engineServices(services);
    for (const call of [createCall("ci", infra, record), startCall("ci", infra, record, 1_000)]) {
      expect(call.args.slice(-3)).toEqual(["kafka", "postgres", "cache"]);
      expect(call.environment).toMatchObject({
        CACHE_CONTAINER: "orders-ci-cache",
        CACHE_PORT: "3",
        CACHE_PASSWORD: "p",
      });
    }
    const inspected = {
      Config: { Labels: { "com.docker.compose.service": "cache" } },
      State: { Status: "running" },
      HostConfig: { PortBindings: { "6379/tcp": [{ HostPort: "3" }] } },
    };
    expect(containerStatus(infra, JSON.stringify([inspected]))[2]).toMatchObject({
      ...{ service: "cache", state: "running", port: 3 },
    });
  });
});

it("finds each service of the infrastructure in the compose file, with what it is given", () => {
  const file = readFileSync(shippedFile("compose/docker-compose.yml"), "utf8");
  for (const { name, port, container } of engineServices(allServices)) {
    const variable = name.toUpperCase();
    expect(file).toContain(`\n  ${name}:\n`);
    expect(file).toContain(`\${${variable}_CONTAINER:-${name}}`);
    expect(file).toContain(
      `127.0.0.1:\${${variable}_PORT:-${port.default}}:${container.port.replace("/tcp", "")}`,
    );
    for (const given of Object.keys(container.environment({ password: "", clusterId: "" })))
      expect(file).toContain(`\${${given}:-`);
  }
});
