// node scripts/bench-history.js: what --history costs a load, and how fast a history is read.
//   --rate 10000       orders per second to a bare server of its own
//   --duration 20      seconds of each load
//   --lines 2000000    lines of the history that is read
// Within one load the history is on and off in turn, a quarter of a second each, so that both see the
// same machine; prints the median CPU per order of both, plain and compressed. Exit code 1 when a
// plain one costs a fifth or more, or 10,000,000 lines would take a minute; 3 when a load did not reach
// its rate: then what was dropped is written and not sent, and CPU per sent order says nothing.
// Needs a built checkout; files go to the temporary directory and are removed.
import { fork } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { readHistoryPieces } from "../dist/load/history-reader.js";
import { openHistory } from "../dist/load/history-writer.js";
import { parseLoadRequest } from "../dist/load/load-request.js";
import { runLoad } from "../dist/load/run-load.js";
import { httpTarget } from "../dist/load/targets/http.js";
import { targetPorts } from "../dist/load/wiring/target-ports.js";
import { createWorkload } from "../dist/load/workload.js";
import { orderIdForKey } from "../dist/order/order-id.js";
import { resolveSettings } from "../dist/runtime/settings/resolve-settings.js";

const options = {
  rate: { type: "string", default: "10000" },
  duration: { type: "string", default: "20" },
  lines: { type: "string", default: "2000000" },
};
const endings = [".ndjson", ".ndjson.gz"];
const costShareMax = 0.2;
const reachedShareMin = 0.99;
const lines = 10_000_000;
const withinS = 60;

const roles = { server, load, read };
const [role, given] = process.argv.slice(2);
if (Object.hasOwn(roles, role)) process.send(await roles[role](JSON.parse(given)));
else process.exitCode = await bench(parseArgs({ options }).values);

/** Runs a part in a process of its own. */
function part(name, about) {
  const child = fork(fileURLToPath(import.meta.url), [name, JSON.stringify(about)]);
  const answer = new Promise((resolve, reject) => {
    child.once("message", resolve);
    child.once("exit", (code) => reject(new Error(`${name} ended with ${code}`)));
  });
  return { child, answer };
}

async function bench(flags) {
  const directory = mkdtempSync(join(tmpdir(), "orders-bench-history-"));
  const { child, answer } = part("server", {});
  try {
    return await measure(flags, directory, await answer);
  } finally {
    child.kill();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function measure(flags, directory, url) {
  const shares = [];
  let reached = true;
  for (const ending of endings) {
    const file = join(directory, `written${ending}`);
    const { rate, duration } = flags;
    const found = await part("load", { url, rate, duration, file }).answer;
    const share = found.onUs / found.offUs - 1;
    shares.push(share);
    reached &&= found.sent >= found.offered * reachedShareMin;
    process.stdout.write(
      `${ending.padEnd(11)} ${found.onUs.toFixed(1)} us CPU an order with it, ${found.offUs.toFixed(1)} without: ${(share * 100).toFixed(1)} % more; ${found.bytes.toFixed(0)} B an order, ${found.sent} of ${found.offered} sent\n`,
    );
    rmSync(file);
  }
  let slowest = 0;
  for (const ending of endings) {
    const path = join(directory, `read${ending}`);
    const { seconds, peakMiB, mib } = await part("read", { path, lines: flags.lines }).answer;
    slowest = Math.max(slowest, (seconds * lines) / Number(flags.lines));
    process.stdout.write(
      `${ending.padEnd(11)} ${mib.toFixed(0)} MiB, ${Math.round(Number(flags.lines) / seconds)} lines/s read, peak ${peakMiB} MiB resident\n`,
    );
    rmSync(path);
  }
  if (!reached) {
    process.stdout.write("not measured: a load did not reach its rate; lower --rate\n");
    return 3;
  }
  return shares[0] < costShareMax && slowest < withinS ? 0 : 1;
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

/** Answers as our API does, at once. */
function server() {
  const customer = /"customer_id":"([^"]+)"/;
  const http = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text) => {
      body += text;
    });
    request.on("end", () => {
      const order_id = orderIdForKey(
        customer.exec(body)?.[1] ?? "",
        request.headers["idempotency-key"] ?? "",
      );
      response.writeHead(202, { "content-type": "application/json" });
      response.end(`{"order_id":"${order_id}"}`);
    });
  });
  return new Promise((resolve) => {
    http.listen(0, "127.0.0.1", () => resolve(`http://127.0.0.1:${http.address().port}`));
  });
}

async function load({ url, rate, duration, file }) {
  const settings = resolveSettings({ flags: { apiUrl: url }, environment: {} }).values;
  const { schedule, workload, timeoutMs } = parseLoadRequest({
    ...{ rate, duration: `${duration}s`, timeout: "10s" },
  });
  const limits = { connectionsMax: 64, ratePerSecond: Number(rate) };
  const target = await httpTarget.open(
    targetPorts(settings, { ...limits, signal: new AbortController().signal }),
  );
  const writer = await openHistory(file);
  const switched = switchable(writer);
  const us = { true: [], false: [] };
  let before;
  const { counts } = await runLoad(
    {
      ...{ schedule, workload: createWorkload(workload), timeoutMs },
      ...{ maxInFlight: 10_000, historyWriter: switched },
    },
    target,
    {
      onProgress({ elapsedMs, counts }) {
        const { user, system } = process.cpuUsage();
        const now = { us: user + system, sent: counts.sent };
        const sent = now.sent - (before?.sent ?? 0);
        // The first two seconds compile.
        if (elapsedMs > 2_000 && sent > 0) us[switched.on].push((now.us - before.us) / sent);
        before = now;
        switched.on = !switched.on;
      },
    },
  );
  await writer.close();
  await target.close();
  if (writer.error !== undefined) throw writer.error;
  const bytes = statSync(file).size / switched.written;
  return { ...counts, bytes, onUs: median(us.true), offUs: median(us.false) };
}

/** A history that can be left out for a while. */
function switchable(writer) {
  return {
    on: true,
    written: 0,
    get error() {
      return writer.error;
    },
    begin: (run) => writer.begin(run),
    intent(order, dueAtMs) {
      if (!this.on) return -1;
      this.written++;
      return writer.intent(order, dueAtMs);
    },
    outcome(n, ...about) {
      if (n >= 0) writer.outcome(n, ...about);
    },
    commit() {
      return !this.on || writer.commit();
    },
  };
}

/** Writes a history with some hundred orders in flight, and reads it. */
async function read({ path, lines }) {
  const workload = createWorkload(
    parseLoadRequest({ rate: "1000", duration: "1s", timeout: "1s" }).workload,
  );
  const writer = await openHistory(path);
  writer.begin({ runId: "r", seed: "s", startedAtMs: Date.now() });
  const startedAtMs = Date.now();
  const orders = Number(lines) / 2;
  for (let n = 0; n < orders + 300; n++) {
    if (n < orders) writer.intent(workload.order(n), startedAtMs + n / 10);
    const m = n - 300;
    const at = startedAtMs + m / 10;
    if (m >= 0) writer.outcome(m, { state: "acked", kind: "202" }, at + 0.1, at + 3.456);
    if (n % 10 === 0) writer.commit();
  }
  await writer.close();
  let count = 0;
  let peak = 0;
  const begin = performance.now();
  for await (const entries of readHistoryPieces(path)) {
    count += entries.length;
    peak = Math.max(peak, process.memoryUsage.rss());
  }
  const seconds = (performance.now() - begin) / 1_000;
  if (count !== orders) throw new Error(`${count} orders read of ${orders}`);
  const mib = (bytes) => bytes / 2 ** 20;
  return { seconds, peakMiB: Math.round(mib(peak)), mib: mib(statSync(path).size) };
}
