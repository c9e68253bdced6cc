import { afterAll, beforeAll, expect, test } from "vitest";
import { OwnKafka } from "../intake/own-kafka.ts";
import { anOrder, runApi } from "../intake/running-api.ts";
import {
  createPipeline,
  manyOrders,
  outcomesById,
  type TestPipeline,
} from "../reservation/pipeline.ts";
import { eventually } from "../services.ts";
import { type Fault, KafkaProxy } from "./kafka-proxy.ts";

const login = { user: "orders", password: "a secret, with a comma" };
/** Kafka lets nobody log in again within a second. */
const sessionMs = 1_500;

let proxy: KafkaProxy;
let kafka: OwnKafka;
let pipeline: TestPipeline;
let loginPort: number;

beforeAll(async () => {
  proxy = await KafkaProxy.start();
  kafka = await OwnKafka.start(([behindProxy, withLogin]) => {
    proxy.to(behindProxy);
    loginPort = withLogin;
    const plain = "listener.name.login.plain";
    return [
      {
        name: "PROXIED",
        protocol: "PLAINTEXT",
        port: behindProxy,
        advertisedPort: proxy.port,
      },
      {
        name: "LOGIN",
        protocol: "SASL_PLAINTEXT",
        port: withLogin,
        properties: [
          "listener.name.login.sasl.enabled.mechanisms=PLAIN",
          `${plain}.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_${login.user}="${login.password}";`,
          `${plain}.connections.max.reauth.ms=${sessionMs}`,
        ],
      },
    ];
  });
  pipeline = await createPipeline(6, { brokers: kafka.brokers });
});
afterAll(async () => {
  await pipeline?.close();
  await proxy?.close();
  await kafka?.remove();
});

const throughProxy = () => ({ brokers: `127.0.0.1:${proxy.port}`, requestTimeoutMs: 500 });
const decided = async () => (await outcomesById(pipeline.database)).size;

/** Inside the length, behind it, inside the head, inside the content; then lengths that are none. */
const cuts = [1, 3, 4, 5, 8, 20, 60, 200];
const lengths = [-1, -2_147_483_648, 2_147_483_647, 0, 5, 1_000_000];
const cutsOf = (answer: Fault["answer"], some: readonly number[]): Fault[] =>
  some.map((afterBytes, n) => ({ answer, afterBytes, end: n % 2 === 0 ? "reset" : "close" }));
const lengthsOf = (answer: Fault["answer"], some: readonly number[]): Fault[] =>
  some.map((length) => ({ answer, afterBytes: 0, end: { length } }));

test("a consumer goes on after any answer that breaks", async () => {
  const stop = new AbortController();
  const running = pipeline.consume({
    untilCaughtUp: false,
    signal: stop.signal,
    settings: throughProxy(),
  });
  const faults: Fault[] = [
    ...cutsOf("Fetch", cuts),
    ...lengthsOf("Fetch", lengths),
    { answer: "Fetch", afterBytes: 60, end: "stall" },
  ];
  let placed = await decided();
  for (const fault of faults) {
    const broken = proxy.meddle(fault);
    await pipeline.place(manyOrders(20));
    placed += 20;
    await Promise.race([broken, running]);
    await eventually(
      async () => (await decided()) === placed,
      `decided after ${JSON.stringify(fault)}`,
    );
  }
  stop.abort();
  await running;
});

test("a consumer starts although answers break", async () => {
  const faults: Fault[] = [
    ...cutsOf("ApiVersions", [3, 20]),
    ...lengthsOf("ApiVersions", [5]),
    ...cutsOf("Metadata", [3, 60]),
    ...lengthsOf("Metadata", [-1]),
    ...cutsOf("FindCoordinator", [3, 20]),
    ...lengthsOf("FindCoordinator", [-1, 5]),
    ...cutsOf("JoinGroup", [8, 60]),
  ];
  for (const fault of faults) {
    await pipeline.place(manyOrders(1));
    let broken = false;
    void proxy.meddle(fault).then(() => {
      broken = true;
    });
    const { reserved } = await pipeline.consume({ settings: throughProxy() });
    expect({ fault, broken, reserved }).toEqual({ fault, broken: true, reserved: 1 });
  }
});

test("the API goes on after any answer that breaks", async () => {
  const { topic } = pipeline.settings;
  const api = await runApi({ ...throughProxy(), topic, publishTimeoutMs: 1_000 });
  await api.untilReady();
  const faults: Fault[] = [
    ...cutsOf("Produce", [3, 20]),
    ...lengthsOf("Produce", [-1, 5]),
    { answer: "Produce", afterBytes: 20, end: "stall" },
  ];
  for (const fault of faults) {
    const broken = proxy.meddle(fault);
    await api.post("/order", anOrder());
    await broken;
    await eventually(
      async () => (await api.post("/order", anOrder())).status === 202,
      `accepted after ${JSON.stringify(fault)}`,
    );
  }
  await api.stop();
});

test("logins that end after a while are renewed: every order is taken and decided", async () => {
  const withLogin = {
    brokers: `127.0.0.1:${loginPort}`,
    kafkaSaslMechanism: "plain" as const,
    kafkaSaslUsername: login.user,
    kafkaSaslPassword: login.password,
  };
  await pipeline.consume();
  const before = await decided();
  const lines: string[] = [];
  const stop = new AbortController();
  const running = pipeline.consume({
    untilCaughtUp: false,
    signal: stop.signal,
    settings: withLogin,
    log: (line) => lines.push(line),
  });
  const api = await runApi({ ...withLogin, topic: pipeline.settings.topic });
  await api.untilReady();
  let accepted = 0;
  const end = performance.now() + 3 * sessionMs;
  while (performance.now() < end) {
    const { status } = await api.post("/order", anOrder());
    expect(status).toBe(202);
    accepted += 1;
  }
  await eventually(async () => (await decided()) === before + accepted, "all are decided");
  stop.abort();
  await running;
  await api.stop();
  expect(lines.filter((line) => !line.startsWith("reading"))).toEqual([]);
});
