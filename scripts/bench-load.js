// What the load generator costs and holds, beside vegeta and wrk where they are installed and beside
// its own floors, in one run: CPU of a request at steady rates (every way once a round, in turn; the
// medians are printed), the highest rate of one process against bare undici, and its memory over a
// long load; with --kafka-tools DIR (jars of kafka-tools) and KAFKA_* of a Kafka the kafka target
// against Kafka's own ProducerPerformance. All HTTP goes to one small server of this script, which
// counts what arrives, so each rate is the server's figure and nobody's own. On a busy machine only
// the ratios of CPU mean anything. Needs a built checkout.
import { fork, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Client } from "undici";

const { values: flags } = parseArgs({
  options: {
    serve: { type: "boolean", default: false },
    raw: { type: "string" },
    parts: { type: "string", default: "cost,ceiling,memory" },
    rates: { type: "string", default: "5000,10000" },
    seconds: { type: "string", default: "10" },
    rounds: { type: "string", default: "3" },
    connections: { type: "string", default: "50" },
    orders: { type: "string", default: "1000000" },
    "kafka-tools": { type: "string" },
  },
});
const self = fileURLToPath(import.meta.url);
const program = fileURLToPath(new URL("../bin/run.js", import.meta.url));
const seconds = Number(flags.seconds);
const connections = Number(flags.connections);
const body =
  '{"customer_id":"CUST00042","product_id":"PROD007","quantity":3,"amount":149.97,"note":"same"}';
const answerBody = '{"order_id":"019a0000-0000-7000-8000-000000000000","status":"accepted"}';
const answer = `HTTP/1.1 202 Accepted\r\ncontent-type: application/json\r\ncontent-length: ${answerBody.length}\r\n\r\n${answerBody}`;

/** Reads whole requests and accepts each; what no HTTP library could do with less. */
function serve() {
  let seen = { count: 0, firstMs: 0, lastMs: 0 };
  let cpu = process.cpuUsage();
  const server = createServer((socket) => {
    let bodyLeft = 0;
    socket.setNoDelay(true);
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      let read = chunk.length;
      if (bodyLeft === 0) {
        const head = chunk.indexOf("\r\n\r\n") + 4;
        const length = /content-length: (\d+)/i.exec(chunk.latin1Slice(0, head));
        bodyLeft = Number(length?.[1] ?? 0);
        read -= head;
        if (chunk[0] === 0x50) {
          seen.lastMs = performance.now();
          if (seen.count++ === 0) seen.firstMs = seen.lastMs;
        }
      }
      bodyLeft -= read;
      if (bodyLeft === 0) socket.write(answer);
    });
  });
  server.listen(0, "127.0.0.1", () => process.send(server.address().port));
  process.on("message", () => {
    const { user, system } = process.cpuUsage(cpu);
    process.send({ ...seen, cpuSeconds: (user + system) / 1e6 });
    seen = { count: 0, firstMs: 0, lastMs: 0 };
    cpu = process.cpuUsage();
  });
  process.on("disconnect", () => process.exit());
}

/** Bare undici: on each connection the next request as soon as the last is answered. */
async function raw(origin) {
  const clients = Array.from({ length: connections }, () => new Client(origin, { pipelining: 1 }));
  const headers = ["content-type", "application/json", "idempotency-key", "bench"];
  const request = { path: "/order", method: "POST", headers, body };
  const countedFromMs = performance.now() + 1_000;
  const endMs = countedFromMs + seconds * 1_000;
  let count = 0;
  let cpu;
  const ended = clients.map(
    (client) =>
      new Promise((resolve, reject) => {
        const handler = {
          onRequestStart() {},
          onResponseStart() {},
          onResponseData() {},
          onResponseEnd() {
            const nowMs = performance.now();
            if (nowMs >= countedFromMs) {
              cpu ??= process.cpuUsage();
              count++;
            }
            if (nowMs < endMs) client.dispatch(request, handler);
            else resolve();
          },
          onResponseError: (_, error) => reject(error),
        };
        client.dispatch(request, handler);
      }),
  );
  await Promise.all(ended);
  const { user, system } = process.cpuUsage(cpu);
  await Promise.all(clients.map((client) => client.destroy()));
  console.log(JSON.stringify({ rate: count / seconds, cpu: (user + system) / count }));
}

/** @returns what it printed and its CPU in microseconds, children and start included. */
async function timed(command, args, env = {}) {
  const script = 'TIMEFORMAT="cpu %U %S"; time "$0" "$@"';
  const stdio = ["ignore", "pipe", "pipe"];
  const child = spawn("bash", ["-c", script, command, ...args], {
    stdio,
    env: { ...process.env, ...env },
  });
  const [out, err] = [[], []];
  child.stdout.on("data", (chunk) => out.push(chunk));
  child.stderr.on("data", (chunk) => err.push(chunk));
  await once(child, "close");
  const said = Buffer.concat(err).toString();
  const [, user, system] = /cpu ([\d.]+) ([\d.]+)\s*$/.exec(said) ?? [];
  if (user === undefined) throw new Error(`${command} ${args.join(" ")}: ${said}`);
  return { out: Buffer.concat(out).toString(), cpu: (Number(user) + Number(system)) * 1e6 };
}

async function startServer() {
  const server = fork(self, ["--serve"]);
  const gone = once(server, "exit").then(([code, signal]) => {
    throw new Error(
      `the server of this script is gone (${signal ?? `exit ${code}`}): nothing more can be measured`,
    );
  });
  gone.catch(() => {});
  const told = () => Promise.race([once(server, "message"), gone]);
  const [port] = await told();
  return {
    origin: `http://127.0.0.1:${port}`,
    /** Since it was last asked. */
    async seen() {
      if (server.connected) server.send("seen");
      const [seen] = await told();
      const ms = seen.lastMs - seen.firstMs;
      return {
        ...seen,
        rate: ((seen.count - 1) * 1_000) / ms,
        share: seen.cpuSeconds * (1_000 / ms),
      };
    },
    stop() {
      if (server.connected) server.disconnect();
    },
  };
}

const scratch = mkdtempSync(join(tmpdir(), "orders-bench-load-"));
let files = 0;
const newFile = (name) => join(scratch, `${files++}-${name}`);

async function produce(to, ...args) {
  const lines = [...args, "--json-lines", "--no-run-file"];
  const { out, cpu } = await timed(process.execPath, [program, "produce", ...to, ...lines]);
  const told = out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const result = told.at(-1);
  if (result.counts === undefined) throw new Error(out);
  const first = told.find(({ kind, second }) => kind === "second" && second === 0);
  const { counts, generator, elapsed_ms: elapsedMs } = result;
  return {
    accepted: counts.failed + counts.unknown === 0,
    ...{ cpu, result, rate: result.acked_rate_per_second },
    cpuInRun: (generator.cpu_share * elapsedMs * 1_000) / counts.sent,
    lagFirst: first.latencies_ms.schedule_lag?.p99,
    lag: result.schedule_lag_ms.p99,
    response: result.response_ms.p99,
  };
}

const toServer = (origin) => ["--url", `${origin}/order`, "--id-field", "order_id"];

async function vegeta(origin, rate) {
  const targets = newFile("targets");
  writeFileSync(`${targets}.body`, body);
  writeFileSync(
    targets,
    `POST ${origin}/order\ncontent-type: application/json\nidempotency-key: bench\n@${targets}.body\n`,
  );
  const args = [`-rate=${rate}/s`, `-duration=${seconds}s`, `-targets=${targets}`];
  return timed("vegeta", ["attack", ...args, `-output=${newFile("results")}`]);
}

async function wrk(origin) {
  const script = newFile("wrk.lua");
  writeFileSync(
    script,
    `wrk.method="POST"\nwrk.headers["content-type"]="application/json"\nwrk.headers["idempotency-key"]="bench"\nwrk.body=[[${body}]]\n`,
  );
  return timed("wrk", [
    "-t1",
    `-c${connections}`,
    `-d${seconds}s`,
    `-s${script}`,
    `${origin}/order`,
  ]);
}

async function installed(command) {
  const { out } = await timed("bash", ["-c", `command -v ${command} || true`]);
  return out.trim() !== "";
}

function median(values) {
  const sorted = values.filter((each) => each !== undefined).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

const medians = (found) =>
  Object.fromEntries(
    Object.keys(found[0]).map((key) => [key, median(found.map((each) => each[key]))]),
  );

const digits = (value, count) => value?.toFixed(count) ?? "-";

function versus(what, ratio, goal, atMost) {
  const held = atMost ? ratio <= goal : ratio >= goal;
  console.log(
    `${what}: ${ratio.toFixed(3)} (goal ${atMost ? "<=" : ">="} ${goal}: ${held ? "held" : "not held"})`,
  );
}

async function cost(server, rate, peers) {
  const duration = ["--rate", String(rate), "--duration", `${seconds}s`];
  const history = (ending = "") => ["--history", newFile(`history.ndjson${ending}`)];
  const ways = {
    "orders produce": () => produce(toServer(server.origin), ...duration),
    "with --history": () => produce(toServer(server.origin), ...duration, ...history()),
    "with --history, .gz": () => produce(toServer(server.origin), ...duration, ...history(".gz")),
    ...(peers.vegeta && { vegeta: () => vegeta(server.origin, rate) }),
    ...(peers.wrk && { "wrk, unpaced": () => wrk(server.origin) }),
  };
  const found = Object.fromEntries(Object.keys(ways).map((name) => [name, []]));
  for (let round = 0; round < Number(flags.rounds); round++)
    for (const [name, run] of Object.entries(ways)) {
      await server.seen();
      const { cpu, cpuInRun, lagFirst, lag, response, accepted, result } = await run();
      const { count, rate: reached } = await server.seen();
      if (accepted === false)
        throw new Error(`not all were accepted: ${JSON.stringify(result.answers)}`);
      const error = Math.abs(reached / rate - 1) * 100;
      // A peer has no start to speak of.
      const inRun = cpuInRun ?? cpu / count;
      found[name].push({ whole: cpu / count, inRun, error, lagFirst, lag, response, reached });
    }
  const rows = Object.entries(found).map(([name, each]) => ({ name, ...medians(each) }));
  console.log(`\n${rate} requests/s for ${seconds} s, medians of ${flags.rounds} rounds`);
  console.table(
    Object.fromEntries(
      rows.map((row) => [
        row.name,
        {
          "CPU µs/request": digits(row.inRun, 1),
          "with its start": digits(row.whole, 1),
          "rate off by %": row.name.startsWith("wrk")
            ? `${digits(row.reached, 0)}/s`
            : digits(row.error, 3),
          "lag p99 ms, first second": digits(row.lagFirst, 2),
          "lag p99 ms": digits(row.lag, 2),
          "response p99 ms": digits(row.response, 2),
        },
      ]),
    ),
  );
  const of = (name) => rows.find((row) => row.name === name);
  const [plain, kept, peer] = [of("orders produce"), of("with --history"), of("vegeta")];
  if (peer !== undefined) {
    versus("CPU a request ÷ vegeta's", plain.inRun / peer.inRun, 0.8, true);
    versus("with a history ÷ vegeta's", kept.inRun / peer.inRun, 1, true);
  }
  for (const name of ["with --history", "with --history, .gz"])
    versus(`share of the CPU that goes ${name}`, 1 - plain.inRun / of(name).inRun, 0.2, true);
  versus("rate off by %", plain.error, 0.1, true);
  versus("schedule lag p99 of the first second, ms", plain.lagFirst, 2, true);
}

const shares = [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

/** Of some shares of bare undici's rate the highest that is delivered; one that is not, twice, ends the search. */
async function highest(server, floor, withHistory) {
  let held = { share: 0, rate: 0, cpu: undefined, server: undefined };
  const kept = () => (withHistory ? ["--history", newFile("history.ndjson")] : []);
  const tried = async (rate, history) => {
    await server.seen();
    const load = await produce(toServer(server.origin), ...rate, ...history);
    const { share } = await server.seen();
    if (load.result.verdict !== "delivered" || !load.accepted) return undefined;
    return { rate: load.rate, cpu: load.cpuInRun, server: share };
  };
  for (const share of shares) {
    const rate = ["--rate", String(Math.floor(floor.rate * share)), "--duration", `${seconds}s`];
    const found = (await tried(rate, kept())) ?? (await tried(rate, kept()));
    if (found === undefined) break;
    held = { share, ...found };
  }
  return held;
}

async function ceiling(server) {
  const found = { raw: [], plain: [], history: [] };
  for (let round = 0; round < Number(flags.rounds); round++) {
    await server.seen();
    const bare = await timed(process.execPath, [
      ...[self, "--raw", server.origin],
      ...["--connections", String(connections), "--seconds", String(seconds)],
    ]);
    const floor = JSON.parse(bare.out);
    found.raw.push({ ...floor, share: 1, server: (await server.seen()).share });
    found.plain.push(await highest(server, floor, false));
    found.history.push(await highest(server, floor, true));
  }
  const [bare, plain, history] = Object.values(found).map(medians);
  const row = ({ rate, cpu, server: share }) => ({
    "requests/s": digits(rate, 0),
    "CPU µs/request": digits(cpu, 1),
    "server's CPU, of a core": digits(share, 2),
  });
  console.log(`\nHighest rate of one process, medians of ${flags.rounds} rounds of ${seconds} s`);
  console.table({
    ...{ "bare undici": row(bare), "orders produce": row(plain), "with --history": row(history) },
  });
  versus("highest rate delivered with a history ÷ bare undici's", history.share, 0.6, false);
  if (history.cpu !== undefined)
    versus("the same by CPU a request", bare.cpu / history.cpu, 0.6, false);
}

const residentBytes = (pid) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) * 1_024;

async function memory(server) {
  const orders = Number(flags.orders);
  // As many from the first second on: what a hiccup opens would be taken for growth.
  const load = ["--rate", "5000", "--duration", `${orders / 5_000}s`, "--no-run-file", "--json"];
  load.push("--connections", flags.connections);
  const child = spawn(process.execPath, [program, "produce", ...toServer(server.origin), ...load], {
    stdio: "ignore",
  });
  const ended = once(child, "exit").then(() => true);
  const samples = [];
  while (!(await Promise.race([ended, wait(500, false)])))
    if (child.exitCode === null) samples.push(residentBytes(child.pid));
  const tenth = (n) => {
    const part = samples.slice((n * samples.length) / 10, ((n + 1) * samples.length) / 10);
    return part.reduce((sum, each) => sum + each, 0) / part.length;
  };
  console.log(`\n${orders} orders at 5,000/s: resident MiB by tenth of the run`);
  console.log(Array.from({ length: 10 }, (_, n) => (tenth(n) / 1_048_576).toFixed(1)).join("  "));
  versus("last tenth ÷ second tenth", tenth(9) / tenth(1), 1.05, true);
}

/** As ProducerPerformance takes it. */
function loginOf({ kafkaSaslMechanism, kafkaSaslUsername: user, kafkaSaslPassword: password }) {
  if (user === undefined) return [];
  const mechanism = (kafkaSaslMechanism ?? "plain").toUpperCase();
  const login = mechanism.startsWith("SCRAM") ? "scram.ScramLoginModule" : "plain.PlainLoginModule";
  return [
    ...["security.protocol=SASL_PLAINTEXT", `sasl.mechanism=${mechanism}`],
    `sasl.jaas.config=org.apache.kafka.common.security.${login} required username="${user}" password="${password}";`,
  ];
}

/** Both write records of about the bytes of an order, acks=all, from a start of their own. */
async function kafka() {
  const { createKafka } = await import("../dist/runtime/kafka/kafka-client.js");
  const { withAdmin } = await import("../dist/runtime/kafka/with-admin.js");
  const { ensureTopics } = await import("../dist/runtime/kafka/topics.js");
  const { resolveSettings } = await import("../dist/runtime/settings/resolve-settings.js");
  const settings = resolveSettings({ flags: {}, environment: process.env }).values;
  const client = createKafka(settings, "orders-bench");
  const topic = `orders-bench-load-${process.pid}`;
  await ensureTopics(client, [{ topic, partitions: 50, replicas: 1, settings: {} }]);
  const found = { java: [], plain: [] };
  const properties = newFile("producer.properties");
  const lines = [`bootstrap.servers=${settings.brokers}`, "acks=all", ...loginOf(settings)];
  writeFileSync(properties, lines.join("\n"), { mode: 0o600 });
  try {
    for (let round = 0; round < Number(flags.rounds); round++) {
      const { out } = await timed("java", [
        ...["-Xmx256m", "-cp", `${flags["kafka-tools"]}/*`],
        ...[
          "org.apache.kafka.tools.ProducerPerformance",
          "--topic",
          topic,
          "--num-records",
          "1000000",
        ],
        ...["--record-size", "150", "--throughput", "-1", "--command-config", properties],
      ]);
      // The first lines are a cold machine's; the last one is the whole run's.
      const rates = [...out.matchAll(/([\d.]+) records\/sec/g)].map(([, rate]) => Number(rate));
      if (rates.length === 0) throw new Error(`ProducerPerformance told no rate: ${out}`);
      found.java.push({ rate: Math.max(...rates) });
      const to = ["--target", "kafka", "--topic", topic];
      const load = ["--rate", "150000", "--duration", `${seconds}s`, "--no-run-file", "--json"];
      const { out: json } = await timed(process.execPath, [program, "produce", ...to, ...load]);
      found.plain.push({ rate: JSON.parse(json).acked_rate_per_second });
    }
  } finally {
    await withAdmin(client, (admin) => admin.deleteTopics({ topics: [topic] }));
  }
  const [java, plain] = [medians(found.java), medians(found.plain)];
  console.log(
    `\nkafka: ProducerPerformance ${digits(java.rate, 0)}/s, orders produce ${digits(plain.rate, 0)}/s`,
  );
  versus("kafka target ÷ ProducerPerformance", plain.rate / java.rate, 0.3, false);
}

async function bench() {
  const server = await startServer();
  const parts = flags.parts.split(",");
  const peers = { vegeta: await installed("vegeta"), wrk: await installed("wrk") };
  const missing = Object.keys(peers).filter((name) => !peers[name]);
  console.log(
    `${availableParallelism()} cores, load average ${loadavg()[0].toFixed(1)}, Node ${process.versions.node}`,
  );
  if (missing.length > 0) console.log(`not installed, not compared: ${missing.join(", ")}`);
  try {
    if (parts.includes("cost"))
      for (const rate of flags.rates.split(",")) await cost(server, Number(rate), peers);
    if (parts.includes("ceiling")) await ceiling(server);
    if (parts.includes("memory")) await memory(server);
    if (parts.includes("kafka") && flags["kafka-tools"] !== undefined) await kafka();
  } finally {
    server.stop();
    rmSync(scratch, { recursive: true, force: true });
  }
}

if (flags.serve) serve();
else if (flags.raw !== undefined) await raw(flags.raw);
else
  await bench().catch((error) => {
    console.error(`Ended early: ${error.message}`);
    process.exitCode = 1;
  });
