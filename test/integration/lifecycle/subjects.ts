import pino from "pino";
import { createApi } from "../../../src/intake/wiring/serve-api.ts";
import { parseLoadRequest } from "../../../src/load/load-request.ts";
import { httpTarget } from "../../../src/load/targets/http.ts";
import { kafkaTarget } from "../../../src/load/targets/kafka.ts";
import type { TargetKind } from "../../../src/load/targets/target-kind.ts";
import { createLoad } from "../../../src/load/wiring/produce-load.ts";
import { createDeadLetterPublisher } from "../../../src/reservation/wiring/dead-letter-publisher.ts";
import { createConsumer } from "../../../src/reservation/wiring/run-consumer.ts";
import { createMessageSender } from "../../../src/runtime/kafka/create-message-sender.ts";
import { createKafka } from "../../../src/runtime/kafka/kafka-client.ts";
import { createHealthServer } from "../../../src/runtime/lifecycle/health-server.ts";
import { cleanEnvironment } from "../../../src/runtime/lifecycle/processes/clean-environment.ts";
import { createInstances } from "../../../src/runtime/lifecycle/processes/instances.ts";
import { type Child, startChild } from "../../../src/runtime/lifecycle/processes/start-child.ts";
import type { Runnable } from "../../../src/runtime/lifecycle/runnable.ts";
import { openDatabase } from "../../../src/runtime/postgres/open-database.ts";
import { anOrder } from "../intake/running-api.ts";
import { manyOrders, type TestPipeline } from "../reservation/pipeline.ts";
import { eventually } from "../services.ts";

export interface Subject {
  readonly runnable: Runnable;
  /** Gives it work without end, or more than it has done when this resolves. */
  work(): Promise<void>;
  /** After it was stopped: ends what `work` began, and what the subject only borrows. */
  close(): Promise<void>;
}

export interface SubjectKind {
  readonly name: string;
  /** Within this it stops, whatever it has in hand. */
  readonly stopWithinMs: number;
  /** Its start only begins: what it needs it waits for. */
  readonly waits?: boolean;
  create(pipeline: TestPipeline): Subject;
  /**
   * One whose start cannot succeed, and fails after it has opened what it can; or, where nothing
   * can fail yet (`waits`), one that never becomes ready.
   * @param taken a port of this machine that another listens on.
   */
  hindered(pipeline: TestPipeline, taken: number): Subject;
}

const host = "127.0.0.1";
const ready = { notReadyBecause: () => undefined };

export const kinds: readonly SubjectKind[] = [
  {
    name: "API",
    stopWithinMs: 5_000,
    create: ({ settings }) => api(settings, 0),
    hindered: ({ settings }, taken) => api(settings, taken),
  },
  {
    name: "consumer",
    stopWithinMs: 5_000,
    create: (pipeline) => consumer(pipeline, 0),
    hindered: (pipeline, taken) => consumer(pipeline, taken),
  },
  {
    name: "dead-letter publisher",
    ...{ stopWithinMs: 3_000, waits: true },
    create: (pipeline) => publisher(pipeline, pipeline.settings.databaseUrl),
    hindered: (pipeline, taken) => publisher(pipeline, `postgresql://me@${host}:${taken}/none`),
  },
  {
    name: "load",
    stopWithinMs: 5_000,
    create: ({ settings }) => load(settings, kafkaTarget),
    hindered: ({ settings }, taken) =>
      load({ ...settings, apiUrl: `http://${host}:${taken}` }, httpTarget),
  },
  {
    name: "health server",
    stopWithinMs: 1_000,
    create: () => health(0),
    hindered: (_, taken) => health(taken),
  },
  {
    name: "instances of a service",
    ...{ stopWithinMs: 2_000, waits: true },
    create: () => instances(process.execPath),
    hindered: () => instances("/nonexistent/program"),
  },
];

/** Clients that begin anew as soon as they have an answer. */
function hammer(send: () => Promise<unknown>) {
  const closing = new AbortController();
  let answers = 0;
  const client = async () => {
    while (!closing.signal.aborted) {
      await send().then(
        () => {
          answers += 1;
        },
        () => new Promise((resolve) => setTimeout(resolve, 50)),
      );
    }
  };
  let clients: readonly Promise<void>[] = [];
  return {
    async begin() {
      clients = Array.from({ length: 10 }, client);
      await eventually(() => answers > 100, "a hundred answers");
    },
    async end() {
      closing.abort();
      await Promise.all(clients);
    },
  };
}

type Settings = TestPipeline["settings"];

function api(settings: Settings, port: number): Subject {
  let listening = 0;
  const runnable = createApi({
    ...{ settings, host, port, log: pino({ level: "silent" }) },
    onListening: (chosen) => {
      listening = chosen;
    },
  });
  const clients = hammer(async () => {
    const answer = await fetch(`http://${host}:${listening}/order`, {
      method: "POST",
      headers: { "content-type": "application/json", connection: "close" },
      body: JSON.stringify(anOrder()),
    });
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`answered ${answer.status}`);
  });
  return { runnable, work: clients.begin, close: clients.end };
}

function consumer(pipeline: TestPipeline, port: number): Subject {
  const runnable = createConsumer({
    ...{ settings: pipeline.settings, from: "earliest", acceptLoss: false, untilCaughtUp: false },
    ...{ statsIntervalMs: 60_000, health: { host, port }, print: () => {}, log: () => {} },
  });
  return {
    runnable,
    async work() {
      for (let placed = 0; placed < 20_000; placed += 2_000)
        await pipeline.place(manyOrders(2_000));
      await eventually(() => runnable.result().reserved > 0, "the first orders are reserved");
    },
    close: async () => {},
  };
}

function publisher(pipeline: TestPipeline, databaseUrl: string | undefined): Subject {
  const settings = { ...pipeline.settings, databaseUrl };
  const database = openDatabase(settings, { applicationName: "orders test" });
  const sender = createMessageSender(createKafka(settings, "orders-test"), {
    ...settings,
    topic: settings.dlqTopic,
  });
  return {
    runnable: createDeadLetterPublisher(database, sender, () => {}),
    async work() {
      await database.query({
        text: `INSERT INTO dead_letters (source_topic, source_partition, source_offset, reason, detail)
               SELECT 'none', 0, n, 'unparsable', 'made by a test' FROM generate_series(1, 20000) AS n`,
      });
      await eventually(async () => {
        const { rows } = await database.query<{ n: number }>({
          text: "SELECT count(*)::integer AS n FROM dead_letters WHERE published_at IS NOT NULL",
        });
        return (rows[0]?.n ?? 0) > 0;
      }, "the first dead letter is published");
    },
    close: async () => {
      await Promise.all([sender.close(), database.close()]);
    },
  };
}

function load(settings: Settings, target: TargetKind): Subject {
  let acked = 0;
  const runnable = createLoad(
    parseLoadRequest({ rate: "2000", duration: "10m", timeout: "30s" }),
    { target, maxInFlight: 10_000, connectionsMax: 10 },
    settings,
    {
      onProgress({ counts }) {
        acked = counts.acked;
      },
    },
  );
  return {
    runnable,
    work: async () => {
      await eventually(() => acked > 1_000, "a thousand orders are acknowledged");
    },
    close: async () => {},
  };
}

function health(port: number): Subject {
  const runnable = createHealthServer({ host, port, of: ready });
  const clients = hammer(() =>
    fetch(`http://${host}:${runnable.port}/ready`).then((answer) => answer.arrayBuffer()),
  );
  return { runnable, work: clients.begin, close: clients.end };
}

/** Heeds SIGTERM only until it has something in hand. */
const program = `
  process.on("SIGTERM", () => process.exit(0));
  process.on("message", () => {
    process.removeAllListeners("SIGTERM");
    process.on("SIGTERM", () => {});
    process.send("at work");
  });
  process.on("disconnect", () => process.exit(1));`;

function instances(command: string): Subject {
  const children: Child[] = [];
  const runnable = createInstances({
    ...{ count: 3, afterDeath: "restart", mayEnd: false },
    start() {
      const env = cleanEnvironment(process.env);
      const child = startChild({ command, args: ["-e", program], env, output: "kept" });
      children.push(child);
      return child;
    },
  });
  return {
    runnable,
    async work() {
      const answers = children.map(
        (child) => new Promise<unknown>((resolve) => child.onMessage(resolve)),
      );
      for (const child of children) child.send("work");
      await Promise.all(answers);
    },
    async close() {
      const ends = await Promise.all(children.map(({ ended }) => ended));
      if (runnable.ends.length !== ends.length) throw new Error("an end was not noticed");
    },
  };
}
