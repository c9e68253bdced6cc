import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { parseScale } from "../../../../src/cli/parse-scale.ts";
import { createKafka } from "../../../../src/runtime/kafka/kafka-client.ts";
import { topicRanges } from "../../../../src/runtime/kafka/topics.ts";
import { ownCommand } from "../../../../src/runtime/lifecycle/processes/own-program.ts";
import { resolveSettings } from "../../../../src/runtime/settings/resolve-settings.ts";
import { bootSteps } from "../../../../src/runtime/stack/boot-steps.ts";
import { bringUp } from "../../../../src/runtime/stack/bring-up.ts";
import { engineOf } from "../../../../src/runtime/stack/engines/engine-of.ts";
import { findMarkedProcesses } from "../../../../src/runtime/stack/processes/marked-processes.ts";
import { readLogs } from "../../../../src/runtime/stack/read-logs.ts";
import type { Service, StackProfile } from "../../../../src/runtime/stack/services/service.ts";
import { services } from "../../../../src/runtime/stack/services/services.ts";
import { stackDirectory } from "../../../../src/runtime/stack/stack-paths.ts";
import { stackSettings } from "../../../../src/runtime/stack/stack-settings.ts";
import type { StackStatus } from "../../../../src/runtime/stack/stack-status.ts";
import { readStatus } from "../../../../src/runtime/stack/status.ts";
import { takeDown } from "../../../../src/runtime/stack/take-down.ts";

/** All that a new service takes: one object. */
const parrot: Service = {
  stage: "supervised",
  name: "parrot",
  title: "Parrots",
  all: "the parrots",
  instances: 1,
  port: "free",
  path: "/word",
  command: (port) => ["parrot", String(port)],
  environment: ({ settings }) => ({ ...settings, PARROT_WORD: "hello" }),
  stop: { signal: "SIGTERM", graceMs: 5_000 },
};
/** In stacks of a profile alone; it claims the API's port, and wants a topic of its own. */
const aviary: Service = {
  ...parrot,
  ...{ name: "aviary", title: "Aviary", all: "the aviary", profile: "shop" },
  port: { flag: "port", default: 8080 },
  needs: { topics: [{ topic: "feathers", partitions: 2 }] },
};
const withParrot = [...services, aviary, parrot];
const stack = "with-a-parrot";
const signal = new AbortController().signal;
const stateHome = process.env.XDG_STATE_HOME;
let home: string;

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "orders-parrot-"));
  process.env.XDG_STATE_HOME = home;
});
afterAll(async () => {
  await takeDown({ stack, volumes: true, iOwnThis: false, services: withParrot }, () => {});
  expect(findMarkedProcesses(stackDirectory(stack))).toEqual([]);
  rmSync(home, { recursive: true, force: true });
  if (stateHome === undefined) delete process.env.XDG_STATE_HOME;
  else process.env.XDG_STATE_HOME = stateHome;
});

async function up(
  scale: readonly string[],
  told: string[] = [],
  { profile, api }: { readonly profile?: StackProfile; readonly api?: number } = {},
) {
  return bringUp(
    {
      ...{ stack, engine: await engineOf("local"), why: "a test" },
      settings: resolveSettings({ flags: { kafkaAuth: "none" } }),
      services: withParrot,
      profile,
      scale: parseScale(["api=0", "consumer=0", ...scale], withParrot),
      ports: { kafka: 0, postgres: 0, api },
      ...{ onlyInfra: false, migrate: false, allowNaive: false },
      ...{ timeoutMs: 90_000, signal },
      program: (args) =>
        args[0] === "parrot"
          ? {
              command: process.execPath,
              args: [fileURLToPath(new URL("parrot.js", import.meta.url)), ...args.slice(1)],
            }
          : ownCommand(args),
    },
    (step, doing, done) => void (done && told.push(`${step}: ${doing}`)),
  );
}

it("a service of one object is brought up, shown, scaled, logged and taken down like the others", async () => {
  const told: string[] = [];
  const first = await up(["parrot=2"], told);
  const parrots = (status: typeof first) =>
    status.processes.filter(({ name }) => name.startsWith("parrot"));
  expect(parrots(first)).toMatchObject([
    { name: "parrot-1", state: "running", ready: true },
    { name: "parrot-2", state: "running", ready: true },
  ]);
  expect(first.urls.parrot).toEqual(parrots(first).map(({ port }) => `http://127.0.0.1:${port}`));
  expect(bootSteps(withParrot, { onlyInfra: false }).at(-1)).toEqual({
    step: "parrot",
    title: "Parrots",
  });
  expect(told.find((line) => line.startsWith("parrot: "))).toMatch(/parrot-1 :\d+ parrot-2 :\d+/);

  const lines: string[] = [];
  const logged = await readLogs(
    { stack, service: "parrot", lines: 100, follow: false, signal },
    (service, line) => lines.push(`${service} ${line}`),
  );
  expect(logged).toEqual(["parrot-1", "parrot-2"]);
  expect(lines).toContain("parrot-1 asked for /ready with hello");

  const fewer = await up(["parrot=1"]);
  expect(parrots(fewer)).toMatchObject([{ name: "parrot-1", pid: parrots(first)[0]?.pid }]);
  expect((await readStatus(stack, withParrot)).urls.parrot).toHaveLength(1);

  const plain = await up(["api=1"], [], { api: 0 });
  expect(Object.keys(plain.urls)).toEqual(["api", "parrot"]);
  expect(plain.kafka?.topics.map(({ topic }) => topic)).not.toContain("feathers");
  // The profile's service takes over the port that people call; the API moves.
  const profiled = await up(["api=1"], [], { profile: "shop" });
  expect(profiled).toMatchObject({ healthy: true, urls: { aviary: plain.urls.api } });
  expect(profiled.urls.api).not.toEqual(plain.urls.api);
  expect(await feathers()).toHaveLength(2);
  const topics = profiled.kafka?.topics ?? [];
  expect(topics).toContainEqual({ topic: "feathers", partitions: 2, messages: 0 });
  expect(topics.map(({ topic }) => topic)).toContain("orders-placed");
  const again = await up(["api=1"], [], { profile: "shop" });
  expect(pids(again)).toEqual(pids(profiled));
  const without = await up(["api=1"]);
  expect(without.urls).toMatchObject({ api: plain.urls.api });
  expect(without.processes.map(({ name }) => name)).not.toContain("aviary-1");
  expect(without.kafka?.topics.map(({ topic }) => topic)).not.toContain("feathers");

  const doing: string[] = [];
  const down = await takeDown(
    { stack, volumes: true, iOwnThis: false, services: withParrot },
    (step) => doing.push(step),
  );
  expect(down.stopped).toContain("parrot-1");
  expect(doing).toContain("stopping the parrots");
});

const pids = ({ processes }: StackStatus) => processes.map(({ name, pid }) => [name, pid]);

/** The partitions of the topic that the aviary wants. */
async function feathers() {
  const { values } = resolveSettings({ stack: stackSettings(stack) });
  return topicRanges(createKafka(values, "orders-test"), "feathers");
}

it("--scale knows the services that there are, and no others", () => {
  expect(() => parseScale(["parrot=2"])).toThrow("--scale parrot=2 is not understood");
});
