import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Failure } from "../../../../../src/failure/failure.ts";
import { dockerEngine as dockerEngineOf } from "../../../../../src/runtime/stack/engines/docker/docker-engine.ts";
import { engineServices } from "../../../../../src/runtime/stack/services/service.ts";
import { services as allServices } from "../../../../../src/runtime/stack/services/services.ts";

const dockerEngine = dockerEngineOf(engineServices(allServices));

/**
 * A program that stands where docker would, for machines without a daemon: it notes its arguments,
 * keeps which containers there are, and answers as docker does. It proves the engine's own steps,
 * not Docker.
 */
const standIn = `#!/bin/sh
here=$(dirname "$0")
echo "$*" >> "$here/calls"
case "$*" in
  "ps "*) cat "$here/ids" 2>/dev/null || true ;;
  "volume ls"*) cat "$here/volumes" 2>/dev/null || true ;;
  "inspect "*) cat "$here/inspected" ;;
  *" up --no-start "*) echo "$POSTGRES_PASSWORD $POSTGRES_PORT $KAFKA_PORT" > "$here/made" ;;
  *" up -d "*)
    if [ -f "$here/broken" ]; then echo "noise" >&2; echo "container kafka is unhealthy" >&2; exit 1; fi
    printf 'a\\nb\\n' > "$here/ids"
    cat > "$here/inspected" <<END
[{"Config":{"Labels":{"com.docker.compose.service":"kafka"}},"State":{"Status":"running"},
  "HostConfig":{"PortBindings":{"19092/tcp":[{"HostPort":"$KAFKA_PORT"}]}}},
 {"Config":{"Labels":{"com.docker.compose.service":"postgres"}},"State":{"Status":"running"},
  "HostConfig":{"PortBindings":{"5432/tcp":[{"HostPort":"$POSTGRES_PORT"}]}}}]
END
    ;;
  *" logs "*) printf 'first\\nsecond\\n' ;;
  *" down "*) rm -f "$here/ids" ;;
esac
`;

describe.skipIf(process.platform === "win32")("the Docker engine", () => {
  const path = process.env.PATH ?? "";
  let programs: string;
  let directory: string;
  beforeEach(() => {
    programs = mkdtempSync(join(tmpdir(), "orders-docker-"));
    directory = mkdtempSync(join(tmpdir(), "orders-stack-"));
    writeFileSync(join(programs, "docker"), standIn);
    chmodSync(join(programs, "docker"), 0o755);
    process.env.PATH = `${programs}:${path}`;
  });
  afterEach(() => {
    process.env.PATH = path;
    for (const place of [programs, directory]) rmSync(place, { recursive: true });
  });

  const context = () => ({ stack: "ci", directory });
  const start = () =>
    dockerEngine.start(
      context(),
      {
        given: {},
        ports: { kafka: 0, postgres: 0 },
        timeoutMs: 5_000,
        signal: new AbortController().signal,
      },
      () => {},
    );
  const calls = () => readFileSync(join(programs, "calls"), "utf8");
  const stop = (removeData: boolean) =>
    dockerEngine.stop(context(), { graceMs: 1_000, removeData });

  it("starts both, tells where they are, and leaves what runs alone", async () => {
    const { endpoints, started } = await start();
    expect(started).toEqual(["kafka", "postgres"]);
    const [password, postgresPort, kafkaPort] = readFileSync(join(programs, "made"), "utf8")
      .trim()
      .split(" ");
    expect(endpoints).toEqual({
      brokers: `localhost:${kafkaPort}`,
      databaseUrl: `postgresql://postgres:${password}@127.0.0.1:${postgresPort}/postgres?sslmode=disable`,
    });
    expect(calls()).not.toContain(password ?? "");
    expect(statSync(join(directory, "engine", "docker.json")).mode & 0o777).toBe(0o600);

    writeFileSync(join(programs, "calls"), "");
    expect(await start()).toEqual({ endpoints, started: [] });
    expect(calls()).not.toContain(" up ");
    expect((await dockerEngine.status(context())).map(({ state }) => state)).toEqual([
      "running",
      "running",
    ]);
  });

  it("keeps password and ports over a stop, and forgets them with the data", async () => {
    const first = await start();
    await stop(false);
    expect((await start()).endpoints).toMatchObject({
      databaseUrl: expect.stringContaining(new URL(first.endpoints.databaseUrl).password),
    });
    await stop(true);
    expect(calls()).toContain("down --timeout 1 --volumes");
    const { databaseUrl } = (await start()).endpoints;
    expect(new URL(databaseUrl).password).not.toBe(new URL(first.endpoints.databaseUrl).password);
  });

  it("says what docker said when it cannot start", async () => {
    writeFileSync(join(programs, "broken"), "");
    const failure = await start().catch((error: unknown) => error as Failure);
    expect(failure).toMatchObject({ kind: "environment" });
    expect(String(failure)).toContain("container kafka is unhealthy");
  });

  it("does not make a database over data whose password is lost", async () => {
    writeFileSync(join(programs, "volumes"), "orders-ci_postgres-data\n");
    await expect(start()).rejects.toThrow("its record is gone");
  });

  it("streams logs; without a record it asks docker nothing", async () => {
    const lines: string[] = [];
    const { signal } = new AbortController();
    const request = { service: "kafka", lines: 5, follow: false, signal } as const;
    await dockerEngine.logs(context(), request, (line) => lines.push(line));
    await stop(false);
    expect((await dockerEngine.status(context())).map(({ state }) => state)).toEqual([
      "stopped",
      "stopped",
    ]);
    expect(() => calls()).toThrow();
    await start();
    await dockerEngine.logs(context(), request, (line) => lines.push(line));
    expect(lines).toEqual(["first", "second"]);
  });
});
