import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { createKafka } from "../../../../../src/runtime/kafka/kafka-client.ts";
import { isKafkaRefusal } from "../../../../../src/runtime/kafka/kafka-failure.ts";
import type { KafkaAuth } from "../../../../../src/runtime/settings/settings.ts";
import { requireJava } from "../../../../../src/runtime/stack/engines/local/java.ts";
import {
  brokerArgs,
  brokerProcess,
  prepareBroker,
} from "../../../../../src/runtime/stack/engines/local/kafka-broker.ts";
import { kafkaJars } from "../../../../../src/runtime/stack/engines/local/kafka-jars.ts";
import type { KafkaLogin } from "../../../../../src/runtime/stack/engines/local/kafka-login.ts";
import { freePort } from "../../../intake/own-kafka.ts";
import { eventually, testSettings } from "../../../services.ts";

const directory = mkdtempSync(join(tmpdir(), "orders-login-"));
let broker: ChildProcess | undefined;

afterEach(async () => {
  await stop();
  rmSync(directory, { recursive: true, force: true, maxRetries: 10 });
});

async function stop(): Promise<void> {
  const gone = new Promise((resolve) => broker?.once("exit", resolve) ?? resolve(undefined));
  broker?.kill("SIGKILL");
  await gone;
  broker = undefined;
}

async function start(auth: KafkaAuth) {
  const signal = AbortSignal.timeout(300_000);
  const program = { java: await requireJava(), jars: await kafkaJars(signal, () => {}) };
  const [port, controllerPort] = [await freePort(), await freePort()];
  const login = await prepareBroker(program, directory, { port, controllerPort, auth }, signal);
  const { cwd, env } = brokerProcess(directory);
  broker = spawn(program.java.path, [...brokerArgs(program, auth, ["-XX:TieredStopAtLevel=1"])], {
    ...{ cwd, env, stdio: "ignore" },
  });
  return { port, controllerPort, login };
}

type Login = Pick<KafkaLogin, "mechanism" | "username" | "password">;

function brokersSeen(port: number, login?: Login): Promise<number> {
  const settings = testSettings({ brokers: `127.0.0.1:${port}`, ...saslOf(login) });
  const admin = createKafka(settings, "orders-test", undefined, { connectRetries: 0 }).admin();
  return (async () => {
    try {
      await admin.connect();
      return (await admin.describeCluster()).brokers.length;
    } finally {
      await admin.disconnect();
    }
  })();
}

function saslOf(login: Login | undefined) {
  if (login === undefined) return {};
  return {
    kafkaSaslMechanism: login.mechanism,
    kafkaSaslUsername: login.username,
    kafkaSaslPassword: login.password,
  };
}

/** DescribeCluster for the controllers (version 1), as one who has not logged in: bytes of the answer. */
function askController(port: number): Promise<number> {
  const request = Buffer.from([0, 60, 0, 1, 0, 0, 0, 7, 0xff, 0xff, 0, 0, 2, 0]);
  const size = Buffer.alloc(4);
  size.writeInt32BE(request.length);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port });
    socket.setTimeout(20_000, () => socket.destroy(new Error("neither an answer nor an end")));
    socket.once("connect", () => socket.write(Buffer.concat([size, request])));
    socket.once("data", ({ length }) => {
      resolve(length);
      socket.destroy();
    });
    socket.once("error", (error: NodeJS.ErrnoException) =>
      error.code === "ECONNRESET" ? resolve(0) : reject(error),
    );
    socket.once("close", () => resolve(0));
  });
}

it("asks at both of its listeners, or at none, at any start on the same data", async () => {
  const open = await start("none");
  expect(open.login).toBeUndefined();
  await eventually(
    () => brokersSeen(open.port).catch(() => undefined),
    "the broker answers",
    60_000,
  );
  expect(await askController(open.controllerPort)).toBeGreaterThan(0);
  await stop();

  const { port, controllerPort, login } = await start("sasl");
  if (login === undefined) throw new Error("no login");
  expect(login.mechanism).toBe("scram-sha-256");
  await eventually(
    () => brokersSeen(port, login).catch(() => undefined),
    "it takes the login",
    60_000,
  );
  // For clients that fail at SCRAM.
  expect(await brokersSeen(port, { ...login, mechanism: "plain" })).toBe(1);
  await expect(brokersSeen(port)).rejects.toThrow(/closed connection/i);
  for (const mechanism of ["plain", "scram-sha-256"] as const) {
    const wrong = brokersSeen(port, { ...login, mechanism, password: "wrong" });
    await expect(wrong).rejects.toSatisfy(isKafkaRefusal);
  }
  expect(await askController(controllerPort)).toBe(0);
  for (const name of readdirSync(directory).filter((each) => each !== "data"))
    expect([name, statSync(join(directory, name)).mode & 0o777]).toEqual([name, 0o600]);
  expect(existsSync(join(directory, "format.arguments"))).toBe(false);
  await stop();

  // Data of an earlier version knows of no login: it takes the one kind that needs nothing there.
  rmSync(join(directory, "login.json"));
  const old = await start("sasl");
  expect(old.login?.mechanism).toBe("plain");
  await eventually(
    () => brokersSeen(old.port, old.login).catch(() => undefined),
    "it takes the new login",
    60_000,
  );
});
